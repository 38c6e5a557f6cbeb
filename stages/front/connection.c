/* connection - see connection.h */
#include "stages/front/connection.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/queue.h>
#include <unistd.h>

#include "proto/clock.h"
#include "proto/panic.h"
#include "stages/front/relay.h"

enum {
    LOOK_EVERY_MS = 250,
    COME_MS = 1000,
    OWED_MS = 30000, /* for what is ours to do: to answer a whole request, to read what has come, and to send
                        the end of an answer that the library is done with */
    EVENTS = 256
};

struct connection {
    struct connections *connections;
    LIST_ENTRY(connection) all, ending_entry, answered_entry;
    struct relay relay;
    bool begun;           /* a request has begun to come */
    bool busy;            /* one is at work: its head is whole */
    bool answering;       /* and the library has its answer */
    bool ending;          /* the client has ended it, or its guard is shut: it is on that list */
    bool answered;        /* the library has been given an answer in this turn: it is on that list */
    bool gone;            /* the relay is closed */
    int library_fd;       /* the library's end, until it begins to serve it; then STARTED */
    unsigned long served; /* requests that have been */
    int64_t heard_ms, until_ms;
};

LIST_HEAD(connection_list, connection);

struct connections {
    struct connection_list all, ending, answered;
    unsigned count;
    int epoll;
    int pair[2]; /* for the next connection; NO_PAIR: there is none */
    struct lingering *lingering;
    int64_t quiet_ms, look_at;
    struct relay_buffer buffer;
};

enum { STARTED = -1, NO_PAIR = -1 };

struct connections *connections_new(struct lingering *lingering, int64_t quiet_ms)
{
    struct connections *connections = need_zero(1, sizeof *connections);

    connections->lingering = lingering;
    connections->quiet_ms = quiet_ms;
    connections->epoll = epoll_create1(EPOLL_CLOEXEC);
    connections->pair[0] = NO_PAIR;
    must(connections->epoll != -1);
    LIST_INIT(&connections->all);
    LIST_INIT(&connections->ending);
    LIST_INIT(&connections->answered);
    return connections;
}

void connections_free(struct connections **connections)
{
    struct connection *connection;

    while ((connection = LIST_FIRST(&(*connections)->all)) != NULL)
        connection_free(&connection);
    if ((*connections)->pair[0] != NO_PAIR) {
        close((*connections)->pair[0]);
        close((*connections)->pair[1]);
    }
    close((*connections)->epoll);
    free(*connections);
    *connections = NULL;
}

unsigned connections_count(const struct connections *connections)
{
    return connections->count;
}

int connections_fd(const struct connections *connections)
{
    return connections->epoll;
}

bool connections_prepare(struct connections *connections)
{
    return connections->pair[0] != NO_PAIR || relay_pair(connections->pair) == 0;
}

/* ---- one connection ---- */

struct connection *connection_new(struct connections *connections, int client_fd, int64_t until_ms,
                                  int *library_fd)
{
    struct connection *connection;

    if (!connections_prepare(connections)) {
        close(client_fd);
        return NULL;
    }
    connection = need_zero(1, sizeof *connection);
    *library_fd =
        relay_open(&connection->relay, connection, connections->epoll, client_fd, connections->pair);
    connections->pair[0] = NO_PAIR;
    if (*library_fd == -1) {
        free(connection);
        return NULL;
    }
    connection->connections = connections;
    connection->library_fd = *library_fd;
    connection->heard_ms = clock_monotonic_ms();
    connection->until_ms = until_ms;
    LIST_INSERT_HEAD(&connections->all, connection, all);
    connections->count++;
    return connection;
}

/* The newest come first, so it is not far. */
static struct connection *find_waiting(const struct connections *connections, int library_fd)
{
    struct connection *connection;

    LIST_FOREACH(connection, &connections->all, all)
    if (connection->library_fd == library_fd)
        return connection;
    return NULL;
}

struct connection *connection_started(struct connections *connections, int library_fd)
{
    struct connection *connection = find_waiting(connections, library_fd);

    if (connection != NULL)
        connection->library_fd = STARTED;
    return connection;
}

void connection_refused(struct connections *connections, int library_fd)
{
    struct connection *connection = find_waiting(connections, library_fd);

    if (connection != NULL)
        connection_free(&connection);
}

static void set_ending(struct connection *connection, bool ending)
{
    if (connection->ending == ending)
        return;
    connection->ending = ending;
    if (ending)
        LIST_INSERT_HEAD(&connection->connections->ending, connection, ending_entry);
    else
        LIST_REMOVE(connection, ending_entry);
}

void connection_say(struct connection *connection, const char *bytes, size_t size)
{
    if (connection->gone)
        return;
    relay_finish(&connection->relay, connection->connections->lingering, bytes, size);
    connection->gone = true;
    connection->until_ms = NO_DEADLINE;
    set_ending(connection, false);
}

void connection_free(struct connection **connection)
{
    struct connection *gone = *connection;

    connection_say(gone, NULL, 0);
    LIST_REMOVE(gone, all);
    if (gone->answered)
        LIST_REMOVE(gone, answered_entry);
    gone->connections->count--;
    relay_free(&gone->relay);
    free(gone);
    *connection = NULL;
}

static void close_at_once(struct connection *connection)
{
    relay_close(&connection->relay);
    connection->gone = true;
    connection->until_ms = NO_DEADLINE;
    set_ending(connection, false);
}

void connection_phase(struct connection *connection, bool busy, int64_t until_ms)
{
    if (connection->busy && !busy) {
        connection->served++;
        connection->heard_ms = clock_monotonic_ms(); /* the next request may begin to come from now on */
    }
    connection->busy = busy;
    connection->answering = false;
    connection->until_ms = until_ms;
}

void connection_answer(struct connection *connection, int64_t until_ms)
{
    connection_phase(connection, true, until_ms);
    connection->answering = true;
    if (connection->answered)
        return;
    connection->answered = true;
    LIST_INSERT_HEAD(&connection->connections->answered, connection, answered_entry);
}

bool connection_has_head(const struct connection *connection)
{
    return http_guard_heads(connection->relay.guard) > connection->served;
}

bool connection_is_gone(const struct connection *connection)
{
    return connection->gone;
}

const struct request_error *connection_error(const struct connection *connection, unsigned *status)
{
    return http_guard_error(connection->relay.guard, status);
}

/* ---- what comes ---- */

static void note_bytes(struct connection *connection)
{
    const struct relay *relay = &connection->relay;
    bool begun = http_guard_has_begun(relay->guard);
    unsigned status;

    connection->heard_ms = clock_monotonic_ms();
    if (begun && !connection->begun && !connection->busy)
        connection->until_ms = connection->heard_ms + connection->connections->quiet_ms;
    connection->begun = begun;
    if (relay->broken || relay->client_ended || http_guard_error(relay->guard, &status) != NULL)
        set_ending(connection, true);
}

bool connections_carry(struct connections *connections)
{
    struct epoll_event events[EVENTS];
    int count = epoll_wait(connections->epoll, events, EVENTS, 0);
    bool others = false;

    for (int i = 0; i < count; i++) {
        struct relay_end *end = events[i].data.ptr;

        if (end == NULL)
            others = true;
        else if (relay_serve(end, events[i].events, &connections->buffer))
            note_bytes(end->relay->owner);
    }
    return others;
}

void connections_deliver(struct connections *connections)
{
    struct connection *connection;

    while ((connection = LIST_FIRST(&connections->answered)) != NULL) {
        LIST_REMOVE(connection, answered_entry);
        connection->answered = false;
        if (relay_deliver(&connection->relay, &connections->buffer))
            note_bytes(connection);
    }
}

struct connection *connections_settle(struct connections *connections)
{
    struct connection *connection, *next;
    unsigned status;

    for (connection = LIST_FIRST(&connections->ending); connection != NULL; connection = next) {
        const struct http_guard *guard = connection->relay.guard;
        bool answered = !connection->answering && connection->served >= http_guard_whole(guard);

        next = LIST_NEXT(connection, ending_entry);
        if (connection->relay.broken && connection->library_fd != STARTED)
            connection_free(&connection);
        else if (connection->relay.broken)
            close_at_once(connection);
        else if (answered && http_guard_error(guard, &status) != NULL)
            return connection;
        else if (answered)
            connection_say(connection, NULL, 0);
    }
    return NULL;
}

/* ---- deadlines ---- */

/* The client has sent a whole request and has no answer yet: whatever takes long takes us long. */
static bool waits_for_us(const struct connection *connection)
{
    return http_guard_whole(connection->relay.guard) > connection->served;
}

/* Who has just come, or has just had an answer, is about to ask. */
static bool is_idle(const struct connection *connection)
{
    bool came = clock_monotonic_ms() - connection->heard_ms < COME_MS;

    if (connection->gone)
        return true;
    return !connection->busy && !connection->begun && !waits_for_us(connection) && !came &&
           !relay_owes(&connection->relay) && !relay_has_unread(&connection->relay);
}

void connections_close_idle(struct connections *connections)
{
    struct connection *connection;

    LIST_FOREACH(connection, &connections->all, all)
    if (!connection->gone && is_idle(connection))
        close_at_once(connection);
}

unsigned connections_busy(const struct connections *connections)
{
    const struct connection *connection;
    unsigned busy = 0;

    LIST_FOREACH(connection, &connections->all, all)
    busy += !is_idle(connection);
    return busy;
}

static bool is_shut(const struct connection *connection)
{
    unsigned status;

    return connection_error(connection, &status) != NULL;
}

/* A client whose bytes we have not read yet was not silent; we were busy. OWED_MS bounds our own delays. */
static bool is_past(const struct connection *connection, int64_t now_ms)
{
    int64_t since_until_ms = now_ms - connection->until_ms, since_heard_ms = now_ms - connection->heard_ms;
    bool unread = relay_has_unread(&connection->relay);

    if (connection->until_ms == NO_DEADLINE)
        return false;
    if (connection->answering)
        return since_until_ms >= 0;
    if (waits_for_us(connection))
        return since_until_ms >= OWED_MS && since_heard_ms >= OWED_MS;
    if (since_until_ms >= 0 && !connection->busy && !connection->begun && relay_owes(&connection->relay))
        return since_heard_ms >= OWED_MS;
    if (since_until_ms >= 0)
        return !unread || is_shut(connection) || since_until_ms >= OWED_MS;
    return since_heard_ms >= connection->connections->quiet_ms && !unread;
}

static void expire_late(struct connections *connections, int64_t now_ms)
{
    struct connection *connection;

    LIST_FOREACH(connection, &connections->all, all)
    {
        if (!is_past(connection, now_ms))
            continue;
        if (!connection->answering && http_guard_expire(connection->relay.guard))
            set_ending(connection, true);
        else
            close_at_once(connection);
        connection->until_ms = NO_DEADLINE;
    }
}

int connections_expire(struct connections *connections, int64_t now_ms)
{
    if (now_ms >= connections->look_at) {
        expire_late(connections, now_ms);
        connections->look_at = now_ms + LOOK_EVERY_MS;
    }
    return LIST_EMPTY(&connections->all) ? -1 : (int)(connections->look_at - now_ms);
}

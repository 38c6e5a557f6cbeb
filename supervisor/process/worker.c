/* worker - see worker.h */
#include "supervisor/process/worker.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/fault.h"
#include "proto/log.h"
#include "proto/panic.h"

enum { MAX_FRAME = 1 << 30 };
#define COMMIT_UNKNOWN UINT64_MAX /* that of the turn under way */

/* ---- sockets ---- */

/* NULL with errno: the system has no more descriptors, or the name cannot be bound. */
static void *socket_bind(void *context, int type, const char *name, const char *what)
{
    void *socket = zmq_socket(context, type);
    int zero = 0, number;
    int64_t max = MAX_FRAME;
    char endpoint[128];

    if (socket == NULL)
        return NULL;
    zmq_setsockopt(socket, ZMQ_SNDHWM, &zero, sizeof zero); /* credit is the only bound */
    zmq_setsockopt(socket, ZMQ_RCVHWM, &zero, sizeof zero);
    zmq_setsockopt(socket, ZMQ_LINGER, &zero, sizeof zero);
    zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &max, sizeof max);
    snprintf(endpoint, sizeof endpoint, "ipc://run/%s.%s", name, what);
    if (zmq_bind(socket, endpoint) == 0)
        return socket;
    number = errno;
    log_error(bind_failed, log_str("endpoint", endpoint), log_str("reason", zmq_strerror(number)));
    zmq_close(socket);
    errno = number;
    return NULL;
}

/* libzmq leaves the file of an ipc socket behind. */
static void socket_close(void *socket)
{
    char endpoint[128];
    size_t size = sizeof endpoint;

    if (socket == NULL)
        return;
    if (zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, endpoint, &size) == 0)
        unlink(endpoint + strlen("ipc://"));
    zmq_close(socket);
}

/* NULL with errno. */
static void *monitor_of(void *context, void *socket, uint64_t generation)
{
    void *monitor = zmq_socket(context, ZMQ_PAIR);
    char endpoint[64];
    int zero = 0, number;

    if (monitor == NULL)
        return NULL;
    snprintf(endpoint, sizeof endpoint, "inproc://monitor-%llu", (unsigned long long)generation);
    if (zmq_socket_monitor(socket, endpoint, ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED) == 0 &&
        zmq_setsockopt(monitor, ZMQ_LINGER, &zero, sizeof zero) == 0 && zmq_connect(monitor, endpoint) == 0)
        return monitor;
    number = errno;
    zmq_close(monitor);
    errno = number;
    return NULL;
}

/* Closes what is open of a worker that cannot be; errno stays. */
static void give_up(struct worker **worker)
{
    int number = errno;

    worker_free(worker);
    errno = number;
}

struct worker *worker_new(void *context, enum stage_kind kind, unsigned slot, uint64_t generation,
                          const char *name, int64_t now_ms)
{
    struct worker *worker = need_zero(1, sizeof *worker);

    *worker = (struct worker){.kind = kind,
                              .slot = slot,
                              .generation = generation,
                              .child = {.pidfd = -1},
                              .born_ms = now_ms,
                              .heard_ms = now_ms,
                              .lacks = need_dup(""),
                              .engine = need_dup(""),
                              .model = need_dup(""),
                              .fingerprint = need_dup(""),
                              .prompt = need_dup("")};
    snprintf(worker->name, sizeof worker->name, "%s", name);
    worker->tasks = socket_bind(context, ZMQ_PUSH, name, "tasks");
    if (worker->tasks != NULL)
        worker->results = socket_bind(context, ZMQ_PULL, name, "results");
    if (worker->results != NULL)
        worker->monitor = monitor_of(context, worker->results, generation);
    if (worker->monitor == NULL)
        give_up(&worker);
    return worker;
}

void worker_free(struct worker **worker)
{
    struct worker *w = *worker;

    if (w == NULL)
        return;
    must(w->leases == NULL);
    for (size_t i = 0; i < w->outgoing_count; i++)
        wire_clear(&w->outgoing[i].message);
    free(w->outgoing);
    if (w->results != NULL)
        zmq_socket_monitor(w->results, NULL,
                           0); /* first: an event without a listener blocks libzmq's I/O thread for good */
    if (w->monitor != NULL)
        zmq_close(w->monitor);
    worker_lock_end(w->name);
    socket_close(w->results);
    socket_close(w->tasks);
    free(w->lacks);
    free(w->engine);
    free(w->model);
    free(w->fingerprint);
    free(w->prompt);
    free(w);
    *worker = NULL;
}

void worker_name(const struct worker *worker, char name[WORKER_NAME])
{
    snprintf(name, WORKER_NAME, "%s-%u", stage_name(worker->kind), worker->slot);
}

static void replace(char **text, const char *with)
{
    free(*text);
    *text = need_dup(with);
}

void worker_hello(struct worker *worker, const struct wire_hello *hello)
{
    worker->state = worker_state_next(worker->state, WORKER_HELLO);
    worker->credit = hello->credit;
    replace(&worker->lacks, hello->lacks);
    replace(&worker->engine, hello->engine);
    replace(&worker->model, hello->model);
    replace(&worker->fingerprint, hello->fingerprint);
    replace(&worker->prompt, hello->prompt);
}

bool worker_is_ready(const struct worker *worker)
{
    return worker_state_is_ready(worker->state);
}

/* ---- leases ---- */

bool worker_has_credit(const struct worker *worker)
{
    return worker->state == WORKER_READY && !worker->exited && !worker->killed &&
           worker->held < worker->credit;
}

struct lease *worker_lease(struct worker *worker, uint64_t id, struct work work)
{
    struct lease *lease = need_zero(1, sizeof *lease), **end = &worker->leases;

    while (*end != NULL)
        end = &(*end)->next;
    *lease = (struct lease){.id = id, .work = work};
    *end = lease;
    worker->held++;
    return lease;
}

struct lease *worker_find(const struct worker *worker, uint64_t id)
{
    struct lease *lease = worker->leases;

    while (lease != NULL && lease->id != id)
        lease = lease->next;
    return lease;
}

struct lease *worker_settle(struct worker *worker, uint64_t id)
{
    struct lease **at = &worker->leases, *lease;

    while (*at != NULL && (*at)->id != id)
        at = &(*at)->next;
    lease = *at;
    if (lease == NULL)
        return NULL;
    *at = lease->next;
    lease->next = NULL;
    worker->held--;
    return lease;
}

struct lease *worker_release(struct worker *worker)
{
    return worker->leases == NULL ? NULL : worker_settle(worker, worker->leases->id);
}

/* ---- messages ---- */

static void queue(struct worker *worker, struct wire *message, uint64_t after)
{
    const char *misfit = wire_fit(message);

    if (misfit != NULL) {
        log_error(message_invalid, log_str("message", wire_name(message->type)), log_str("field", misfit),
                  log_int("lease", (int64_t)wire_lease(message)));
        wire_clear(message);
        return;
    }
    if (worker->outgoing_count == worker->outgoing_room) {
        worker->outgoing_room = worker->outgoing_room == 0 ? 8 : 2 * worker->outgoing_room;
        worker->outgoing = need_more(worker->outgoing, worker->outgoing_room * sizeof *worker->outgoing);
    }
    wire_own(message); /* it leaves later than what it speaks of may live */
    wire_move(&worker->outgoing[worker->outgoing_count].message, message);
    worker->outgoing[worker->outgoing_count++].after = after;
}

void worker_send(struct worker *worker, struct wire *message)
{
    queue(worker, message, COMMIT_UNKNOWN);
}

void worker_send_now(struct worker *worker, struct wire *message)
{
    queue(worker, message, 0);
}

void worker_committed(struct worker *worker, uint64_t commit)
{
    for (size_t i = worker->outgoing_count; i > 0; i--) {
        struct outgoing *outgoing = &worker->outgoing[i - 1];

        if (outgoing->after == COMMIT_UNKNOWN)
            outgoing->after = commit;
    }
}

/* EAGAIN: it has not connected yet, or is gone, which its pidfd tells; then the messages go with it. */
static bool send_one(struct worker *worker, struct wire *message)
{
    enum wire_type type = message->type;

    FAULT_POINT("supervisor", "committed", wire_name(type));
    if (wire_send(worker->tasks, message) == -1)
        return false;
    FAULT_POINT("supervisor", "sent", wire_name(type));
    return true;
}

bool worker_flush(struct worker *worker, uint64_t synced)
{
    bool blocked = false;
    size_t left = 0;

    for (size_t i = 0; i < worker->outgoing_count; i++) {
        struct outgoing *outgoing = &worker->outgoing[i];
        bool may = outgoing->after <= synced && !blocked;

        if (may && send_one(worker, &outgoing->message))
            continue;
        blocked = blocked || may;
        worker->outgoing[left++] = *outgoing;
    }
    worker->outgoing_count = left;
    return !blocked || worker->exited;
}

void worker_kill(struct worker *worker, enum death why)
{
    worker->killed = true;
    worker->death = why;
    process_kill(&worker->child);
}

void worker_silence(struct worker *worker, enum death why)
{
    worker->silenced = true;
    worker_kill(worker, why);
}

/* ---- death ---- */

static void look_at_channel(struct worker *worker)
{
    uint8_t event[6];

    while (zmq_recv(worker->monitor, event, sizeof event, ZMQ_DONTWAIT) == (int)sizeof event) {
        uint16_t number;
        char address[128];

        memcpy(&number, event, sizeof number); /* zmq_socket_monitor(3): 16 bits of event in host order */
        zmq_recv(worker->monitor, address, sizeof address, 0);
        if (number == ZMQ_EVENT_ACCEPTED)
            worker->channel = CHANNEL_CONNECTED;
        else if (number == ZMQ_EVENT_DISCONNECTED)
            worker->channel = CHANNEL_DISCONNECTED;
    }
}

static bool has_exited(const struct worker *worker)
{
    struct pollfd item = {.fd = worker->child.pidfd, .events = POLLIN};

    return worker->child.pid > 0 && poll(&item, 1, 0) == 1;
}

bool worker_gone(struct worker *worker, int64_t now_ms)
{
    if (!worker->exited && has_exited(worker)) {
        worker->exited = true;
        worker->exited_ms = now_ms;
    }
    look_at_channel(worker);
    if (!worker->exited)
        return false;
    return worker->channel != CHANNEL_CONNECTED || now_ms - worker->exited_ms > WORKER_DISCONNECT_MS;
}

int worker_items(const struct worker *worker, zmq_pollitem_t items[WORKER_ITEMS])
{
    int count = 0;

    items[count++] = (zmq_pollitem_t){.socket = worker->results, .events = ZMQ_POLLIN};
    items[count++] = (zmq_pollitem_t){.socket = worker->monitor, .events = ZMQ_POLLIN};
    if (worker->child.pid > 0 && !worker->exited)
        items[count++] = (zmq_pollitem_t){.fd = worker->child.pidfd, .events = ZMQ_POLLIN};
    return count;
}

/* relay - see relay.h */
#include "stages/front/relay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/clock.h"
#include "proto/panic.h"

/* ---- what the other side has not taken yet ---- */

static bool is_empty(const struct backlog *backlog)
{
    return backlog->sent == backlog->size;
}

static void backlog_clear(struct backlog *backlog)
{
    if (backlog->bytes != NULL)
        explicit_bzero(backlog->bytes, backlog->size); /* a key may be in it */
    free(backlog->bytes);
    *backlog = (struct backlog){.size = 0};
}

static void backlog_add(struct backlog *backlog, const char *bytes, size_t size)
{
    if (size == 0)
        return;
    backlog->bytes = need_more(backlog->bytes, backlog->size + size);
    memcpy(backlog->bytes + backlog->size, bytes, size);
    backlog->size += size;
}

/* How many bytes the socket takes now; -1: it takes none any more. */
static ssize_t send_now(int fd, const char *bytes, size_t size)
{
    ssize_t sent = size == 0 ? 0 : send(fd, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);

    return sent >= 0 || (errno != EAGAIN && errno != EINTR) ? sent : 0;
}

static bool backlog_send(struct backlog *backlog, int fd)
{
    ssize_t sent = send_now(fd, backlog->bytes + backlog->sent, backlog->size - backlog->sent);

    if (sent > 0)
        backlog->sent += (size_t)sent;
    if (sent < 0 || is_empty(backlog))
        backlog_clear(backlog);
    return sent >= 0;
}

/* Sends, and keeps what the socket does not take now. */
static bool send_or_keep(struct backlog *backlog, int fd, const char *bytes, size_t size)
{
    ssize_t sent = send_now(fd, bytes, size);

    if (sent >= 0)
        backlog_add(backlog, bytes + sent, size - (size_t)sent);
    return sent >= 0;
}

/* ---- the ends ---- */

static bool is_shut(const struct relay *relay)
{
    unsigned status;

    return http_guard_error(relay->guard, &status) != NULL;
}

static void watch_end(struct relay_end *end, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = end};

    if (end->fd == -1 || end->watched == events)
        return;
    end->watched = events;
    must(epoll_ctl(end->relay->epoll, EPOLL_CTL_MOD, end->fd, &event) == 0);
}

static void watch_ends(struct relay *relay)
{
    bool reads = is_empty(&relay->to_library) && !relay->client_ended && !is_shut(relay);

    watch_end(&relay->client, (reads ? EPOLLIN : 0u) | (is_empty(&relay->to_client) ? 0u : EPOLLOUT));
    watch_end(&relay->library,
              (is_empty(&relay->to_client) ? EPOLLIN : 0u) | (is_empty(&relay->to_library) ? 0u : EPOLLOUT));
}

static bool end_open(struct relay_end *end, struct relay *relay, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = end};

    *end = (struct relay_end){.relay = relay, .fd = fd, .watched = EPOLLIN};
    return epoll_ctl(relay->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static void end_close(struct relay_end *end)
{
    if (end->fd != -1)
        close(end->fd); /* the last descriptor of it, so the epoll forgets it */
    end->fd = -1;
}

int relay_pair(int pair[2])
{
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair);
}

int relay_open(struct relay *relay, void *owner, int epoll, int client, const int pair[2])
{
    *relay = (struct relay){.owner = owner, .epoll = epoll, .client.fd = client, .library.fd = -1};
    relay->guard = http_guard_new();
    if (end_open(&relay->client, relay, client) && end_open(&relay->library, relay, pair[0]))
        return pair[1];
    close(pair[0]);
    close(pair[1]);
    relay->library.fd = -1;
    relay_close(relay);
    relay_free(relay);
    return -1;
}

void relay_close(struct relay *relay)
{
    end_close(&relay->client);
    end_close(&relay->library);
    backlog_clear(&relay->to_library);
    backlog_clear(&relay->to_client);
}

void relay_free(struct relay *relay)
{
    http_guard_free(&relay->guard);
}

/* ---- what comes ---- */

static void read_client(struct relay *relay, struct relay_buffer *buffer)
{
    ssize_t got = recv(relay->client.fd, buffer->piece, sizeof buffer->piece, MSG_DONTWAIT);
    char *passed;

    if (got > 0) {
        size_t size = http_guard_take(relay->guard, buffer->piece, (size_t)got, &passed);

        send_or_keep(&relay->to_library, relay->library.fd, passed,
                     size); /* else the library has closed its end */
    } else if (got == 0) {
        relay->client_ended = true;
    } else if (errno != EAGAIN && errno != EINTR) {
        relay->broken = true;
    }
}

static void read_library(struct relay *relay, struct relay_buffer *buffer)
{
    ssize_t got = recv(relay->library.fd, buffer->piece, sizeof buffer->piece, MSG_DONTWAIT);

    if (got > 0 && !send_or_keep(&relay->to_client, relay->client.fd, buffer->piece, (size_t)got))
        relay->broken = true;
}

static bool serve_client(struct relay *relay, uint32_t events, struct relay_buffer *buffer)
{
    if ((events & (EPOLLERR | EPOLLHUP)) != 0)
        relay->broken = true;
    if (!relay->broken && (events & EPOLLOUT) != 0 && !backlog_send(&relay->to_client, relay->client.fd))
        relay->broken = true;
    if (!relay->broken && (events & EPOLLIN) != 0)
        read_client(relay, buffer);
    return relay->broken || (events & EPOLLIN) != 0;
}

static bool serve_library(struct relay *relay, uint32_t events, struct relay_buffer *buffer)
{
    if ((events & EPOLLOUT) != 0)
        backlog_send(&relay->to_library, relay->library.fd);
    if ((events & EPOLLIN) != 0)
        read_library(relay, buffer);
    return relay->broken;
}

bool relay_serve(struct relay_end *end, uint32_t events, struct relay_buffer *buffer)
{
    struct relay *relay = end->relay;
    bool told;

    if (end->fd == -1 || relay->broken)
        return relay->broken;
    told = end == &relay->client ? serve_client(relay, events, buffer) : serve_library(relay, events, buffer);
    watch_ends(relay);
    return told;
}

bool relay_deliver(struct relay *relay, struct relay_buffer *buffer)
{
    return is_empty(&relay->to_client) && relay_serve(&relay->library, EPOLLIN, buffer);
}

static bool has_bytes(int fd)
{
    int unread = 0;

    return fd != -1 && ioctl(fd, FIONREAD, &unread) == 0 && unread > 0;
}

bool relay_owes(const struct relay *relay)
{
    return !is_empty(&relay->to_client) || has_bytes(relay->library.fd);
}

bool relay_has_unread(const struct relay *relay)
{
    return has_bytes(relay->client.fd);
}

/* ---- the end ---- */

/* Takes over all that the library has said: as much as a socket holds. */
static void read_rest(struct relay *relay)
{
    char piece[4096];
    ssize_t got;

    while (relay->library.fd != -1 &&
           ((got = recv(relay->library.fd, piece, sizeof piece, MSG_DONTWAIT)) > 0 ||
            (got == -1 && errno == EINTR)))
        backlog_add(&relay->to_client, piece, got > 0 ? (size_t)got : 0);
}

void relay_finish(struct relay *relay, struct lingering *lingering, const char *bytes, size_t size)
{
    struct backlog *last = &relay->to_client;

    if (relay->client.fd != -1 && !relay->broken) {
        read_rest(relay);
        backlog_add(last, bytes, size);
        if (!relay->client_ended || !is_empty(last)) {
            epoll_ctl(relay->epoll, EPOLL_CTL_DEL, relay->client.fd, NULL);
            lingering_add(lingering, relay->client.fd, is_empty(last) ? NULL : last->bytes + last->sent,
                          last->size - last->sent, clock_monotonic_ms());
            relay->client.fd = -1;
        }
    }
    relay_close(relay);
}

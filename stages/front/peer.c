/* peer - see peer.h */
#include "stages/front/peer.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "proto/clock.h"
#include "proto/panic.h"

enum { LOOK_EVERY_MS = 250, COME_MS = 1000 };

struct peer {
    struct peer *prev, *next;
    struct MHD_Connection *connection;
    int fd;
    bool begun;           /* a request has begun to come */
    bool busy;            /* one is at work: its head is whole */
    bool answering;       /* and the library has its answer */
    unsigned long served; /* requests that have been */
    struct inlet *inlet;
    enum { OPEN, SHUT, GONE } state; /* of the inlet; and what the client was to be told has been said */
    int64_t since_ms, heard_ms, until_ms;
};

struct peers {
    struct peer *first;
    struct place {
        struct peer *peer;
    } * by_fd;
    size_t fds;
    struct lingers *lingers;
    int64_t quiet_ms, look_at;
    unsigned shut; /* inlets that are, and the client has not been told */
};

struct peers *peers_new(struct lingers *lingers, int64_t quiet_ms)
{
    struct peers *peers = need_zero(1, sizeof *peers);

    peers->lingers = lingers;
    peers->quiet_ms = quiet_ms;
    return peers;
}

void peers_free(struct peers **peers)
{
    while ((*peers)->first != NULL) {
        struct peer *peer = (*peers)->first;

        peer_drop(*peers, &peer);
    }
    free((*peers)->by_fd);
    free(*peers);
    *peers = NULL;
}

static void note_fd(struct peers *peers, int fd, struct peer *peer)
{
    size_t fds = (size_t)fd + 1;

    if (fds > peers->fds) {
        fds *= 2;
        peers->by_fd = need_more(peers->by_fd, fds * sizeof *peers->by_fd);
        memset(peers->by_fd + peers->fds, 0, (fds - peers->fds) * sizeof *peers->by_fd);
        peers->fds = fds;
    }
    peers->by_fd[fd].peer = peer;
}

struct peer *peers_find(const struct peers *peers, int fd)
{
    return fd >= 0 && (size_t)fd < peers->fds ? peers->by_fd[fd].peer : NULL;
}

struct MHD_Connection *peer_connection(struct peer *peer)
{
    return peer->connection;
}

struct inlet *peer_inlet(struct peer *peer)
{
    return peer->inlet;
}

struct peer *peer_add(struct peers *peers, struct MHD_Connection *connection, int fd, int64_t until_ms)
{
    struct peer *peer = need_zero(1, sizeof *peer);

    peer->connection = connection;
    peer->fd = fd;
    peer->inlet = inlet_new();
    note_fd(peers, fd, peer);
    peer->since_ms = peer->heard_ms = clock_monotonic_ms();
    peer->until_ms = until_ms;
    peer->next = peers->first;
    if (peer->next != NULL)
        peer->next->prev = peer;
    peers->first = peer;
    return peer;
}

void peer_drop(struct peers *peers, struct peer **peer)
{
    struct peer *gone = *peer;

    /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the one dropped before was unlinked */
    if (gone->state != GONE && !peer_is_half_closed(gone))
        linger_add(peers->lingers, gone->fd, NULL, 0, clock_monotonic_ms());
    if (gone->prev != NULL)
        gone->prev->next = gone->next;
    else
        peers->first = gone->next;
    if (gone->next != NULL)
        gone->next->prev = gone->prev;
    note_fd(peers, gone->fd, NULL);
    peers->shut -= gone->state == SHUT;
    inlet_free(&gone->inlet);
    free(gone);
    *peer = NULL;
}

bool peer_is_half_closed(const struct peer *peer)
{
    char byte;

    return recvfrom(peer->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT, NULL, NULL) == 0; /* not by way of the tap */
}

void peer_phase(struct peer *peer, bool busy, int64_t until_ms)
{
    peer->served += peer->busy && !busy;
    if (peer->busy && !busy && peer->state == OPEN && peer_is_half_closed(peer))
        shutdown(peer->fd,
                 SHUT_RDWR); /* the library, told of its bytes and of their end at once, missed the end */
    peer->busy = busy;
    peer->answering = false;
    peer->until_ms = until_ms;
}

void peer_answer(struct peer *peer, int64_t until_ms)
{
    peer_phase(peer, true, until_ms);
    peer->answering = true;
}

void peer_heard(const struct peers *peers, struct peer *peer)
{
    bool begun = inlet_has_begun(peer->inlet);

    peer->heard_ms = clock_monotonic_ms();
    if (begun && !peer->begun && !peer->busy)
        peer->until_ms = peer->heard_ms + peers->quiet_ms;
    peer->begun = begun;
}

void peer_say(struct peers *peers, struct peer *peer, const char *bytes, size_t size)
{
    if (peer->state == GONE)
        return;
    linger_add(peers->lingers, peer->fd, bytes, size, clock_monotonic_ms());
    peers->shut -= peer->state == SHUT;
    peer->state = GONE;
    peer->until_ms = PEER_NO_DEADLINE;
}

bool peer_is_gone(const struct peer *peer)
{
    return peer->state == GONE;
}

bool peer_has_head(const struct peer *peer)
{
    return inlet_heads(peer->inlet) > peer->served;
}

void peer_shut(struct peers *peers, struct peer *peer)
{
    if (peer->state != OPEN)
        return;
    peer->state = SHUT;
    peers->shut++;
}

struct peer *peers_refused(struct peers *peers)
{
    if (peers->shut == 0)
        return NULL;
    for (struct peer *peer = peers->first; peer != NULL; peer = peer->next)
        if (peer->state == SHUT && !peer->answering && peer->served == inlet_whole(peer->inlet))
            return peer;
    return NULL;
}

static bool has_unread(const struct peer *peer)
{
    int unread = 0;

    return ioctl(peer->fd, FIONREAD, &unread) == 0 && unread > 0;
}

/* Who has just come is about to ask. */
static bool is_idle(const struct peer *peer)
{
    bool came = !peer->served && clock_monotonic_ms() - peer->since_ms < COME_MS;

    if (peer->state == GONE)
        return true;
    return !peer->busy && !peer->begun && !came && !has_unread(peer);
}

void peers_shut_idle(struct peers *peers)
{
    for (struct peer *peer = peers->first; peer != NULL; peer = peer->next)
        if (peer->state != GONE && is_idle(peer))
            shutdown(peer->fd, SHUT_RDWR);
}

unsigned peers_busy(const struct peers *peers)
{
    unsigned busy = 0;

    for (const struct peer *peer = peers->first; peer != NULL; peer = peer->next)
        busy += !is_idle(peer);
    return busy;
}

/* Whose bytes have not been read, for we were busy, was not silent. */
static bool is_past(const struct peers *peers, const struct peer *peer, int64_t now_ms)
{
    bool waits = !peer->busy && !peer->begun; /* for its next request */

    if (peer->until_ms == PEER_NO_DEADLINE)
        return false;
    if (now_ms >= peer->until_ms)
        return !waits || peer->state != OPEN || !has_unread(peer);
    return !peer->answering && now_ms - peer->heard_ms >= peers->quiet_ms && !has_unread(peer);
}

static void look(struct peers *peers, int64_t now_ms)
{
    for (struct peer *peer = peers->first; peer != NULL; peer = peer->next) {
        if (!is_past(peers, peer, now_ms))
            continue;
        if (!peer->answering && peer->state == OPEN && inlet_expire(peer->inlet))
            peer_shut(peers, peer);
        else
            shutdown(peer->fd, SHUT_RDWR);
        peer->until_ms = PEER_NO_DEADLINE;
    }
}

int peers_turn(struct peers *peers, int64_t now_ms)
{
    if (now_ms >= peers->look_at) {
        look(peers, now_ms);
        peers->look_at = now_ms + LOOK_EVERY_MS;
    }
    return peers->first == NULL ? -1 : (int)(peers->look_at - now_ms);
}

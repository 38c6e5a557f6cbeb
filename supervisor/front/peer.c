/* peer - see peer.h */
#include "supervisor/front/peer.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/clock.h"
#include "proto/panic.h"

enum {
    LOOK_EVERY_MS = 250,
    LINGER_EVERY_MS = 20,
    LINGER_MS = 2000,
    LINGERS_MOST = 64,
    GULP = 1 << 20,
    COME_MS = 1000
};

struct peer {
    struct peer *prev, *next;
    int fd;
    int twin;             /* -1, or a second descriptor that outlives the library's close */
    bool busy;            /* a request is at work */
    unsigned long served; /* requests that have been */
    struct inlet *inlet;
    enum { OPEN, SHUT, REFUSED } state; /* of the inlet; and the client has been told */
    int64_t since_ms, until_ms;
};

struct lingering {
    int fd;
    int64_t until_ms; /* 0: set at the next turn */
};

struct peers {
    struct peer *first;
    struct place {
        struct peer *peer;
    } * by_fd;
    size_t fds;
    int64_t look_at;
    unsigned shut; /* inlets that are, and the client has not been told */
    unsigned twins, lingers;
    struct lingering linger[LINGERS_MOST];
};

struct peers *peers_new(void)
{
    return need_zero(1, sizeof(struct peers));
}

void peers_free(struct peers **peers)
{
    for (unsigned i = 0; i < (*peers)->lingers; i++)
        close((*peers)->linger[i].fd);
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

struct inlet *peer_inlet(struct peer *peer)
{
    return peer->inlet;
}

struct peer *peer_add(struct peers *peers, int fd, int64_t until_ms)
{
    struct peer *peer = need_zero(1, sizeof *peer);

    peer->fd = fd;
    peer->inlet = inlet_new();
    note_fd(peers, fd, peer);
    peer->twin = -1;
    peer->since_ms = clock_monotonic_ms();
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

    if (gone->twin != -1) { /* NOLINT(clang-analyzer-unix.Malloc): the one dropped before was unlinked */
        peers->twins--;
        peers->linger[peers->lingers++] = (struct lingering){.fd = gone->twin};
    }
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
    peer->until_ms = until_ms;
}

void peer_linger(struct peers *peers, struct peer *peer)
{
    if (peer->twin != -1 || peers->twins + peers->lingers == LINGERS_MOST)
        return;
    peer->twin = fcntl(peer->fd, F_DUPFD_CLOEXEC, 0);
    if (peer->twin != -1)
        peers->twins++;
}

void peer_say(struct peer *peer, const char *text, size_t size)
{
    /* Whoever does not take it is being closed anyway. */
    if (send(peer->fd, text, size, MSG_DONTWAIT | MSG_NOSIGNAL) != -1)
        shutdown(peer->fd, SHUT_WR);
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
        if (peer->state == SHUT && peer->served == inlet_whole(peer->inlet)) {
            peer->state = REFUSED;
            peer->until_ms = clock_monotonic_ms() + LINGER_MS;
            peers->shut--;
            return peer;
        }
    return NULL;
}

bool peer_is_refused(const struct peer *peer)
{
    return peer->state == REFUSED;
}

/* Who has just come is about to ask. */
static bool is_idle(const struct peer *peer)
{
    bool came = !peer->served && clock_monotonic_ms() - peer->since_ms < COME_MS;
    int unread = 0;

    return !peer->busy && !came && ioctl(peer->fd, FIONREAD, &unread) == 0 && unread == 0;
}

void peers_shut_idle(struct peers *peers)
{
    for (struct peer *peer = peers->first; peer != NULL; peer = peer->next)
        if (is_idle(peer))
            shutdown(peer->fd, SHUT_RDWR);
}

unsigned peers_busy(const struct peers *peers)
{
    unsigned busy = 0;

    for (const struct peer *peer = peers->first; peer != NULL; peer = peer->next)
        busy += !is_idle(peer);
    return busy;
}

static void look(struct peers *peers, int64_t now_ms)
{
    for (struct peer *peer = peers->first; peer != NULL; peer = peer->next)
        if (now_ms >= peer->until_ms) {
            shutdown(peer->fd, SHUT_RDWR);
            peer->until_ms = PEER_NO_DEADLINE;
        }
}

/* Throws away what came; true when the other side has closed, too. */
static bool is_drained(int fd)
{
    ssize_t got =
        recvfrom(fd, NULL, GULP, MSG_DONTWAIT | MSG_TRUNC, NULL, NULL); /* TCP: discards without copying */

    return got == 0;
}

static void drain(struct peers *peers, int64_t now_ms)
{
    for (unsigned i = 0; i < peers->lingers;) {
        struct lingering *one = &peers->linger[i];

        if (one->until_ms == 0)
            one->until_ms = now_ms + LINGER_MS;
        if (now_ms < one->until_ms && !is_drained(one->fd)) {
            i++;
            continue;
        }
        close(one->fd);
        *one = peers->linger[--peers->lingers];
    }
}

int peers_turn(struct peers *peers, int64_t now_ms)
{
    drain(peers, now_ms);
    if (now_ms >= peers->look_at) {
        look(peers, now_ms);
        peers->look_at = now_ms + LOOK_EVERY_MS;
    }
    if (peers->lingers > 0)
        return LINGER_EVERY_MS;
    return peers->first == NULL ? -1 : (int)(peers->look_at - now_ms);
}

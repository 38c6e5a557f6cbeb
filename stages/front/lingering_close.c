/* lingering_close - see lingering_close.h */
#include "stages/front/lingering_close.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/panic.h"

enum {
    SILENT_MS = 5000, /* as long as nginx waits (lingering_timeout, lingering_time) */
    WHOLE_MS = 30000,
    LOOK_EVERY_MS = 250,
    GULP = 1 << 20,
    MAX_GULPS = 16,
    EVENTS = 64
};
#define MAX_BYTES ((uint64_t)1 << 30)

struct stay {
    int fd; /* -1: free */
    char *rest;
    size_t rest_size, sent; /* of the answer */
    bool heard_all;         /* the client has closed its sending side */
    uint64_t read;
    int64_t since_ms, heard_ms;
};

struct lingering {
    int epoll;
    unsigned max, count;
    int64_t look_at;
    struct stay all[];
};

struct lingering *lingering_new(unsigned max)
{
    struct lingering *lingering = need_zero(1, sizeof *lingering + max * sizeof lingering->all[0]);

    lingering->max = max;
    lingering->epoll = epoll_create1(EPOLL_CLOEXEC);
    must(lingering->epoll != -1);
    for (unsigned i = 0; i < max; i++)
        lingering->all[i].fd = -1;
    return lingering;
}

static void end_stay(struct lingering *lingering, struct stay *stay)
{
    close(stay->fd);
    free(stay->rest);
    *stay = (struct stay){.fd = -1};
    lingering->count--;
}

void lingering_free(struct lingering **lingering)
{
    for (unsigned i = 0; i < (*lingering)->max; i++)
        if ((*lingering)->all[i].fd != -1)
            end_stay(*lingering, &(*lingering)->all[i]);
    close((*lingering)->epoll);
    free(*lingering);
    *lingering = NULL;
}

int lingering_fd(const struct lingering *lingering)
{
    return lingering->epoll;
}

unsigned lingering_count(const struct lingering *lingering)
{
    return lingering->count;
}

/* ---- one more ---- */

static void end_oldest(struct lingering *lingering)
{
    struct stay *oldest = NULL;

    for (unsigned i = 0; i < lingering->max; i++)
        if (lingering->all[i].fd != -1 && (oldest == NULL || lingering->all[i].since_ms < oldest->since_ms))
            oldest = &lingering->all[i];
    if (oldest != NULL)
        end_stay(lingering, oldest);
}

static struct stay *find_place(struct lingering *lingering)
{
    if (lingering->count == lingering->max)
        end_oldest(lingering);
    for (unsigned i = 0; i < lingering->max; i++)
        if (lingering->all[i].fd == -1)
            return &lingering->all[i];
    panic("there is room for no connection");
}

static bool owes(const struct stay *stay)
{
    return stay->sent < stay->rest_size;
}

static bool watch(const struct lingering *lingering, const struct stay *stay, int how)
{
    struct epoll_event event = {.events = (stay->heard_all ? 0u : EPOLLIN) | (owes(stay) ? EPOLLOUT : 0u),
                                .data.u32 = (uint32_t)(stay - lingering->all)};

    return epoll_ctl(lingering->epoll, how, stay->fd, &event) == 0;
}

void lingering_add(struct lingering *lingering, int fd, const char *bytes, size_t size, int64_t now_ms)
{
    ssize_t got = size == 0 ? 0 : send(fd, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    size_t sent = got < 0 ? 0 : (size_t)got;
    struct stay *stay = find_place(lingering);

    if (sent == size)
        shutdown(fd, SHUT_WR);
    *stay = (struct stay){.fd = fd, .rest_size = size - sent, .since_ms = now_ms, .heard_ms = now_ms};
    if (sent < size) {
        stay->rest = need(size - sent);
        memcpy(stay->rest, bytes + sent, size - sent);
    }
    lingering->count++;
    if (!watch(lingering, stay, EPOLL_CTL_ADD))
        end_stay(lingering, stay);
}

/* ---- a turn ---- */

/* Throws away what came; false once the other side is gone, has closed and has its answer, or has had its
 * share. */
static bool discard(const struct lingering *lingering, struct stay *stay, int64_t now_ms)
{
    for (int i = 0; i < MAX_GULPS; i++) {
        ssize_t got = recvfrom(stay->fd, NULL, GULP, MSG_DONTWAIT | MSG_TRUNC, NULL, NULL); /* copies none */

        if (got == -1)
            return errno == EAGAIN || errno == EINTR;
        stay->heard_all = got == 0;
        if (stay->heard_all)
            return owes(stay) && watch(lingering, stay, EPOLL_CTL_MOD);
        stay->heard_ms = now_ms;
        stay->read += (uint64_t)got;
        if (stay->read > MAX_BYTES)
            return false;
    }
    return true;
}

static bool send_rest(const struct lingering *lingering, struct stay *stay, int64_t now_ms)
{
    ssize_t sent =
        send(stay->fd, stay->rest + stay->sent, stay->rest_size - stay->sent, MSG_DONTWAIT | MSG_NOSIGNAL);

    if (sent == -1)
        return errno == EAGAIN || errno == EINTR;
    stay->heard_ms = now_ms;
    stay->sent += (size_t)sent;
    if (owes(stay))
        return true;
    shutdown(stay->fd, SHUT_WR);
    return !stay->heard_all && watch(lingering, stay, EPOLL_CTL_MOD);
}

static void serve_stay(struct lingering *lingering, struct stay *stay, uint32_t events, int64_t now_ms)
{
    bool goes_on = true;

    if (owes(stay) && (events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) != 0)
        goes_on = send_rest(lingering, stay, now_ms);
    if (goes_on && !stay->heard_all)
        goes_on = discard(lingering, stay, now_ms);
    if (!goes_on)
        end_stay(lingering, stay);
}

static void end_expired(struct lingering *lingering, int64_t now_ms)
{
    for (unsigned i = 0; i < lingering->max; i++) {
        struct stay *stay = &lingering->all[i];

        if (stay->fd != -1 && (now_ms - stay->heard_ms >= SILENT_MS || now_ms - stay->since_ms >= WHOLE_MS))
            end_stay(lingering, stay);
    }
}

int lingering_turn(struct lingering *lingering, int64_t now_ms)
{
    struct epoll_event events[EVENTS];
    int count;

    if (lingering->count == 0)
        return -1;
    count = epoll_wait(lingering->epoll, events, EVENTS, 0);
    for (int i = 0; i < count; i++)
        serve_stay(lingering, &lingering->all[events[i].data.u32], events[i].events, now_ms);
    if (now_ms >= lingering->look_at) {
        end_expired(lingering, now_ms);
        lingering->look_at = now_ms + LOOK_EVERY_MS;
    }
    return lingering->count == 0 ? -1 : (int)(lingering->look_at - now_ms);
}

/* linger - see linger.h */
#include "stages/front/linger.h"

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
    GULPS_MOST = 16,
    EVENTS = 64
};
#define BYTES_MOST ((uint64_t)1 << 30)

struct stay {
    int fd; /* -1: free */
    char *rest;
    size_t rest_size, sent; /* of the answer */
    bool heard_all;         /* the client has closed its sending side */
    uint64_t read;
    int64_t since_ms, heard_ms;
};

struct lingers {
    int epoll;
    unsigned most, count;
    int64_t look_at;
    struct stay all[];
};

struct lingers *lingers_new(unsigned most)
{
    struct lingers *lingers = need_zero(1, sizeof *lingers + most * sizeof lingers->all[0]);

    lingers->most = most;
    lingers->epoll = epoll_create1(EPOLL_CLOEXEC);
    must(lingers->epoll != -1);
    for (unsigned i = 0; i < most; i++)
        lingers->all[i].fd = -1;
    return lingers;
}

static void end(struct lingers *lingers, struct stay *stay)
{
    close(stay->fd);
    free(stay->rest);
    *stay = (struct stay){.fd = -1};
    lingers->count--;
}

void lingers_free(struct lingers **lingers)
{
    for (unsigned i = 0; i < (*lingers)->most; i++)
        if ((*lingers)->all[i].fd != -1)
            end(*lingers, &(*lingers)->all[i]);
    close((*lingers)->epoll);
    free(*lingers);
    *lingers = NULL;
}

int lingers_fd(const struct lingers *lingers)
{
    return lingers->epoll;
}

unsigned lingers_count(const struct lingers *lingers)
{
    return lingers->count;
}

/* ---- one more ---- */

static void end_oldest(struct lingers *lingers)
{
    struct stay *oldest = NULL;

    for (unsigned i = 0; i < lingers->most; i++)
        if (lingers->all[i].fd != -1 && (oldest == NULL || lingers->all[i].since_ms < oldest->since_ms))
            oldest = &lingers->all[i];
    if (oldest != NULL)
        end(lingers, oldest);
}

static struct stay *place(struct lingers *lingers)
{
    if (lingers->count == lingers->most)
        end_oldest(lingers);
    for (unsigned i = 0; i < lingers->most; i++)
        if (lingers->all[i].fd == -1)
            return &lingers->all[i];
    panic("there is room for no connection");
}

static bool owes(const struct stay *stay)
{
    return stay->sent < stay->rest_size;
}

static bool watch(const struct lingers *lingers, const struct stay *stay, int how)
{
    struct epoll_event event = {.events = (stay->heard_all ? 0u : EPOLLIN) | (owes(stay) ? EPOLLOUT : 0u),
                                .data.u32 = (uint32_t)(stay - lingers->all)};

    return epoll_ctl(lingers->epoll, how, stay->fd, &event) == 0;
}

void linger_add(struct lingers *lingers, int fd, const char *bytes, size_t size, int64_t now_ms)
{
    ssize_t got = size == 0 ? 0 : send(fd, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    size_t sent = got < 0 ? 0 : (size_t)got;
    struct stay *stay = place(lingers);

    if (sent == size)
        shutdown(fd, SHUT_WR);
    *stay = (struct stay){.fd = fd, .rest_size = size - sent, .since_ms = now_ms, .heard_ms = now_ms};
    if (sent < size) {
        stay->rest = need(size - sent);
        memcpy(stay->rest, bytes + sent, size - sent);
    }
    lingers->count++;
    if (!watch(lingers, stay, EPOLL_CTL_ADD))
        end(lingers, stay);
}

/* ---- a turn ---- */

/* Throws away what came; false once the other side is gone, has closed and has its answer, or has had its
 * share. */
static bool discard(const struct lingers *lingers, struct stay *stay, int64_t now_ms)
{
    for (int i = 0; i < GULPS_MOST; i++) {
        ssize_t got = recvfrom(stay->fd, NULL, GULP, MSG_DONTWAIT | MSG_TRUNC, NULL, NULL); /* copies none */

        if (got == -1)
            return errno == EAGAIN || errno == EINTR;
        stay->heard_all = got == 0;
        if (stay->heard_all)
            return owes(stay) && watch(lingers, stay, EPOLL_CTL_MOD);
        stay->heard_ms = now_ms;
        stay->read += (uint64_t)got;
        if (stay->read > BYTES_MOST)
            return false;
    }
    return true;
}

static bool send_rest(const struct lingers *lingers, struct stay *stay, int64_t now_ms)
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
    return !stay->heard_all && watch(lingers, stay, EPOLL_CTL_MOD);
}

static void serve(struct lingers *lingers, struct stay *stay, uint32_t events, int64_t now_ms)
{
    bool goes_on = true;

    if (owes(stay) && (events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) != 0)
        goes_on = send_rest(lingers, stay, now_ms);
    if (goes_on && !stay->heard_all)
        goes_on = discard(lingers, stay, now_ms);
    if (!goes_on)
        end(lingers, stay);
}

static void look(struct lingers *lingers, int64_t now_ms)
{
    for (unsigned i = 0; i < lingers->most; i++) {
        struct stay *stay = &lingers->all[i];

        if (stay->fd != -1 && (now_ms - stay->heard_ms >= SILENT_MS || now_ms - stay->since_ms >= WHOLE_MS))
            end(lingers, stay);
    }
}

int lingers_turn(struct lingers *lingers, int64_t now_ms)
{
    struct epoll_event events[EVENTS];
    int count;

    if (lingers->count == 0)
        return -1;
    count = epoll_wait(lingers->epoll, events, EVENTS, 0);
    for (int i = 0; i < count; i++)
        serve(lingers, &lingers->all[events[i].data.u32], events[i].events, now_ms);
    if (now_ms >= lingers->look_at) {
        look(lingers, now_ms);
        lingers->look_at = now_ms + LOOK_EVERY_MS;
    }
    return lingers->count == 0 ? -1 : (int)(lingers->look_at - now_ms);
}

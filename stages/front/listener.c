/* listener - see listener.h */
#include "stages/front/listener.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "proto/timer.h"

enum { PAUSE_MS = 500 };

static void watch(struct listener *listener, bool wanted)
{
    struct epoll_event event = {.events = EPOLLIN};

    if (listener->watched == wanted)
        return;
    must(epoll_ctl(listener->epoll, wanted ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, listener->fd, &event) == 0);
    listener->watched = wanted;
}

static void pause_accepting(struct listener *listener, int64_t now_ms)
{
    log_warn(accept_failed, log_str("reason", strerror(errno)));
    listener->paused_until = now_ms + PAUSE_MS;
    watch(listener, false);
}

int listener_accept(struct listener *listener, bool has_room, int64_t now_ms)
{
    int fd, on = 1;

    if (listener->fd == -1)
        return -1;
    watch(listener, has_room && now_ms >= listener->paused_until);
    if (!listener->watched)
        return -1;
    fd = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd != -1)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* each answer is written as a whole */
    else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
        pause_accepting(listener, now_ms);
    return fd;
}

int64_t listener_next(const struct listener *listener, int64_t now_ms)
{
    return listener->fd != -1 && listener->paused_until > now_ms ? listener->paused_until - now_ms
                                                                 : TIMER_NONE;
}

void listener_close(struct listener *listener)
{
    if (listener->fd == -1)
        return;
    watch(listener, false);
    close(listener->fd);
    listener->fd = -1;
}

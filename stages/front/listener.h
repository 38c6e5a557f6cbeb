/* listener - accepts clients at the listening socket that the supervisor holds open, as long as there is room
 *
 * Those for whom there is none wait in the socket's queue.
 */
#ifndef FRONT_LISTENER_H
#define FRONT_LISTENER_H

#include <stdbool.h>
#include <stdint.h>

/* All zero but for fd and epoll: not watched yet. */
struct listener {
    int fd;    /* non-blocking; -1: closed */
    int epoll; /* which fd is to wake, while there is room */
    bool watched;
    int64_t paused_until; /* descriptors or memory ran out */
};

/* The next client's socket, non-blocking, the caller's; -1: there is none, or it cannot be had now. has_room:
 * is one wanted? */
int listener_accept(struct listener *listener, bool has_room, int64_t now_ms);
/* ms until listener_accept() is worth a call, whatever the descriptor says; TIMER_NONE: not before that. */
int64_t listener_next(const struct listener *listener, int64_t now_ms);
/* This process accepts no more; whoever else has the socket goes on. */
void listener_close(struct listener *listener);

#endif

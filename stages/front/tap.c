/* tap - see tap.h */
#include "stages/front/tap.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "proto/log.h"
#include "stages/front/reply.h"

enum { DROP_S = 1 };

static _Thread_local struct peers *tapped; /* while the library is at work */

/* Behaves like recv(2): a short read says that the socket is empty, so it reads on past what the inlet keeps
 * back. */
static ssize_t take(struct peer *peer, int fd, char *data, size_t size, int flags)
{
    struct inlet *inlet = peer_inlet(peer);
    size_t out = inlet_give(inlet, data, size);
    bool more = true;
    unsigned status;

    while (more && out < size && inlet_fault(inlet, &status) == NULL) {
        size_t room = size - out;
        ssize_t got = recvfrom(fd, data + out, room, flags, NULL, NULL);

        if (got <= 0)
            return out > 0 ? (ssize_t)out : got;
        more = (size_t)got == room;
        out += inlet_take(inlet, data + out, (size_t)got, room);
        peer_heard(tapped, peer);
    }
    if (inlet_fault(inlet, &status) != NULL)
        peer_shut(tapped, peer);
    if (out > 0)
        return (ssize_t)out;
    errno = EAGAIN;
    return -1;
}

static struct peer *tapped_peer(int fd)
{
    return tapped == NULL ? NULL : peers_find(tapped, fd);
}

ssize_t recv(int fd, void *data, size_t size, int flags)
{
    struct peer *peer = tapped_peer(fd);

    if (peer == NULL)
        return recvfrom(fd, data, size, flags, NULL, NULL);
    return peer_is_gone(peer) ? 0
                              : take(peer, fd, data, size, flags); /* 0: for the library, that is its end */
}

/* What lingers may have bytes still to send, when the library is done with its connection. */
int shutdown(int fd, int how)
{
    const struct peer *peer = tapped_peer(fd);

    return peer != NULL && peer_is_gone(peer) ? 0 : (int)syscall(SYS_shutdown, fd, how);
}

static void refuse(struct front *front, struct peer *peer)
{
    unsigned status;
    const struct fault *fault = inlet_fault(peer_inlet(peer), &status);
    struct reply reply = {.status = status, .code = fault->code, .detail = fault->detail};
    size_t size;
    char *bytes = reply_bytes(&reply, false, &size);

    log_info(request, log_str("method", ""), log_str("route", ""), log_int("status", status),
             log_str("code", code_name(fault->code)), log_str("reason", fault->detail));
    peer_say(front->peers, peer, bytes, size);
    free(bytes);
    /* It drops the connection when more comes, or then. */
    MHD_set_connection_option(peer_connection(peer), MHD_CONNECTION_OPTION_TIMEOUT, (unsigned)DROP_S);
}

void tap_run(struct front *front)
{
    struct peer *peer;

    tapped = front->peers;
    MHD_run(front->daemon);
    tapped = NULL;
    while ((peer = peers_refused(front->peers)) != NULL)
        refuse(front, peer);
}

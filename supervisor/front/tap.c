/* tap - see tap.h */
#include "supervisor/front/tap.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "proto/log.h"
#include "supervisor/front/reply.h"

enum { GULPS_MOST = 16 };

static _Thread_local struct peers *tapped; /* while the library is at work */

/* The client has its answer: 0 once it has closed, or floods us; else nothing has come. */
static ssize_t discard(int fd, void *data, size_t size)
{
    for (int i = 0; i < GULPS_MOST; i++) {
        ssize_t got = recvfrom(fd, data, size, MSG_DONTWAIT, NULL, NULL);

        if (got <= 0)
            return got;
    }
    return 0;
}

static ssize_t take(struct peer *peer, int fd, void *data, size_t size, int flags)
{
    struct inlet *inlet = peer_inlet(peer);
    unsigned status;
    ssize_t got;

    if (peer_is_refused(peer))
        return discard(fd, data, size);
    if (inlet_fault(inlet, &status) == NULL) {
        got = recvfrom(fd, data, size, flags, NULL, NULL);
        if (got > 0)
            got = (ssize_t)inlet_take(inlet, data, (size_t)got);
        if (inlet_fault(inlet, &status) == NULL)
            return got;
        peer_shut(tapped, peer);
        if (got > 0)
            return got;
    }
    errno = EAGAIN;
    return -1;
}

ssize_t recv(int fd, void *data, size_t size, int flags)
{
    struct peer *peer = tapped == NULL ? NULL : peers_find(tapped, fd);

    return peer == NULL ? recvfrom(fd, data, size, flags, NULL, NULL) : take(peer, fd, data, size, flags);
}

static void refuse(struct peer *peer)
{
    unsigned status;
    const struct fault *fault = inlet_fault(peer_inlet(peer), &status);
    struct reply reply = {.status = status, .code = fault->code, .detail = fault->detail};
    size_t size;
    char *bytes = reply_bytes(&reply, false, &size);

    log_info("request", log_str("method", ""), log_str("route", ""), log_int("status", status),
             log_str("code", code_name(fault->code)), log_str("detail", fault->detail));
    peer_say(peer, bytes, size);
    free(bytes);
}

void tap_run(struct front *front)
{
    struct peer *peer;

    tapped = front->peers;
    MHD_run(front->daemon);
    tapped = NULL;
    while ((peer = peers_refused(front->peers)) != NULL)
        refuse(peer);
}

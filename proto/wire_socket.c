/* wire_socket - a message through a ZeroMQ socket, header first; see wire.h */
#include "proto/wire.h"

#include <errno.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/wire_row.h"

int wire_send(void *socket, struct wire *w)
{
    char header[WIRE_HEADER_ROOM];
    size_t size = wire_fit(w) == NULL ? wire_encode(w, header, sizeof header) : 0;

    if (size == 0) {
        errno = EINVAL;
        return -1;
    }
    if (zmq_send(socket, header, size, ZMQ_DONTWAIT | (w->frames > 0 ? ZMQ_SNDMORE : 0)) == -1) {
        must(errno == EAGAIN || errno == ETERM || errno == EINTR || errno == EHOSTUNREACH);
        return -1;
    }
    for (size_t i = 0; i < w->frames; i++) /* after the first part the message is admitted whole */
        if (zmq_msg_send(&w->frame[i], socket, ZMQ_DONTWAIT | (i + 1 < w->frames ? ZMQ_SNDMORE : 0)) == -1)
            panic("a later frame was refused");
    wire_clear(w);
    return 0;
}

static int has_more(void *socket)
{
    int more = 0;
    size_t size = sizeof more;

    return zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size) == 0 && more;
}

/* Takes the raw frames that belong to the header just read; more than the row allows are dropped and refused.
 */
static const char *receive_frames(void *socket, struct wire *w, const struct message_row *row)
{
    const char *why = NULL;

    while (has_more(socket)) {
        zmq_msg_t spare;

        zmq_msg_init(&spare);
        if (zmq_msg_recv(&spare, socket, ZMQ_DONTWAIT) == -1)
            panic("half a message");
        if (row != NULL && w->frames < row->frames_hi)
            wire_add_moved(w, &spare);
        else
            why = "too many frames";
        zmq_msg_close(&spare);
    }
    if (why == NULL && row != NULL && w->frames < row->frames_lo)
        why = "too few frames";
    return why;
}

int wire_receive(void *socket, struct wire *w, enum wire_direction way, const char **why)
{
    const char *first = NULL, *later;
    zmq_msg_t header;
    int rc;

    memset(w, 0, sizeof *w);
    *why = NULL;
    zmq_msg_init(&header);
    if (zmq_msg_recv(&header, socket, ZMQ_DONTWAIT) == -1) {
        zmq_msg_close(&header);
        return 0;
    }
    rc = wire_decode(w, zmq_msg_data(&header), zmq_msg_size(&header), way, &first);
    zmq_msg_close(&header);
    later = receive_frames(socket, w, rc == 0 ? wire_row(w->type) : NULL);
    *why = first != NULL ? first : later;
    if (*why == NULL)
        return 1;
    wire_clear(w);
    return -1;
}

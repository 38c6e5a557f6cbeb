/* relay - carries the bytes of one connection: the client's, as far as its guard lets them through, to the
 * HTTP library, and the library's answers back
 *
 * The library is given one end of a socket pair and takes it for the client. At most one piece is kept in
 * each direction: a client that sends faster than the library reads has to wait, and so has the library for a
 * client that reads slowly. Not here: when a connection ends (connection.h), the library's calls
 * (http_server.c).
 */
#ifndef FRONT_RELAY_H
#define FRONT_RELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stages/front/http_guard.h"
#include "stages/front/lingering_close.h"

struct relay;

/* What a descriptor's event in the epoll leads to. */
struct relay_end {
    struct relay *relay;
    int fd;           /* -1: closed */
    uint32_t watched; /* the events asked for */
};

/* Bytes that the other side has not taken yet. */
struct backlog {
    char *bytes;
    size_t size, sent;
};

struct relay {
    void *owner;
    int epoll;
    struct relay_end client, library;
    struct http_guard *guard;
    struct backlog to_library, to_client;
    bool client_ended; /* the client will send nothing more */
    bool broken;       /* nor will it take anything */
};

enum { RELAY_PIECE = 65536 };

/* Room for one piece, and for what a guard has held back before it. One does for all relays. */
struct relay_buffer {
    char held[MAX_HEAD], piece[RELAY_PIECE];
};

/* The two ends of what is to lie between a relay and the library. 0; -1 with errno. */
int relay_pair(int pair[2]);

/* Takes over the client's socket, which does not block, and the pair. Returns the library's end of the pair,
 * which the caller passes on or closes; -1: there is no room (errno), all three are closed. The events of
 * both ends are asked of the epoll, with the relay_end as their data. */
int relay_open(struct relay *relay, void *owner, int epoll, int client, const int pair[2]);

/* Carries what an event says can be carried. true: bytes, or their end, have come from the client, or it is
 * broken. */
bool relay_serve(struct relay_end *end, uint32_t events, struct relay_buffer *buffer);

/* Carries what the library has said just now, without waiting for its event. true: the relay is broken. */
bool relay_deliver(struct relay *relay, struct relay_buffer *buffer);

/* Has the library said bytes that the client has not been sent yet? Has the client sent bytes that are not
 * read yet? */
bool relay_owes(const struct relay *relay);
bool relay_has_unread(const struct relay *relay);

/* Sends what the library has said so far, then the bytes; the client's connection lingers on. Closes both
 * ends; the relay may be freed after relay_free(). */
void relay_finish(struct relay *relay, struct lingering *lingering, const char *bytes, size_t size);
/* Closes both ends at once; what was not sent yet is lost. */
void relay_close(struct relay *relay);
void relay_free(struct relay *relay);

#endif

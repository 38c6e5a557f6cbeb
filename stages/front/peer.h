/* peer - the open connections, each with a total deadline of our own
 *
 * The HTTP library's timeout starts anew with every byte, so a drip would hold a connection for ever.  Here
 * each phase of a connection (waiting for a request, its head, its body, the answer) has one deadline. Past
 * it a client that is in the middle of a request is told so, any other one is shut down, and the library sees
 * the end. Whatever ends a connection, an answer that was sent arrives: it lingers (linger.h).
 */
#ifndef FRONT_PEER_H
#define FRONT_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stages/front/inlet.h"
#include "stages/front/linger.h"

struct MHD_Connection;
struct peers;
struct peer;

#define PEER_NO_DEADLINE INT64_MAX

/* quiet_ms: how long a client may be silent in the middle of a request, and how long a head may take. lingers
 * outlives it. */
struct peers *peers_new(struct lingers *lingers, int64_t quiet_ms);
void peers_free(struct peers **peers);

struct peer *peer_add(struct peers *peers, struct MHD_Connection *connection, int fd, int64_t until_ms);
/* The library is about to close the socket: from here on it lingers, unless the client has closed it, too. */
void peer_drop(struct peers *peers, struct peer **peer);

/* busy: a request is at work (a retiring server closes only the others). */
void peer_phase(struct peer *peer, bool busy, int64_t until_ms);
/* The library has been given the answer, which is to be sent by then. */
void peer_answer(struct peer *peer, int64_t until_ms);
/* Bytes have come from it, and its inlet has taken them. */
void peer_heard(const struct peers *peers, struct peer *peer);
/* Sends the last bytes of the connection past the library. It then lingers; the library is made to see an
 * end, and must not shut it down. */
void peer_say(struct peers *peers, struct peer *peer, const char *bytes, size_t size);
bool peer_is_gone(const struct peer *peer);
/* Will the other side send nothing more? */
bool peer_is_half_closed(const struct peer *peer);

/* The connection of that descriptor; NULL: none of ours. */
struct peer *peers_find(const struct peers *peers, int fd);
struct MHD_Connection *peer_connection(struct peer *peer);
struct inlet *peer_inlet(struct peer *peer);

/* Has its inlet seen the head of the request at work? */
bool peer_has_head(const struct peer *peer);

/* Notes that its inlet is shut. */
void peer_shut(struct peers *peers, struct peer *peer);
/* One whose inlet is shut, whose requests before have their answers and whose request at work, if any, has
 * none; NULL: none, or none yet. What it is to be told is then to be said, for it is given once. */
struct peer *peers_refused(struct peers *peers);

/* Shuts down connections on which no request is at work. */
void peers_shut_idle(struct peers *peers);
unsigned peers_busy(const struct peers *peers);

/* Shuts down what is past its deadline, or shuts its inlet (peers_refused). Returns ms until it wants to be
 * called again, -1: nothing is open. */
int peers_turn(struct peers *peers, int64_t now_ms);

#endif

/* peer - the open connections, each with a total deadline of our own
 *
 * The HTTP library's timeout starts anew with every byte, so a drip would hold a connection for ever.  Here
 * each phase of a connection (waiting for a request, its head, its body, the answer) has one deadline; past
 * it the socket is shut down and the library sees the end. A connection that is answered before its body was
 * read lingers: closing with unread bytes resets it, and the client would lose the answer.  So a second
 * descriptor keeps it open for a moment and what still comes is thrown away.
 */
#ifndef FRONT_PEER_H
#define FRONT_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "supervisor/front/inlet.h"

struct peers;
struct peer;

#define PEER_NO_DEADLINE INT64_MAX

struct peers *peers_new(void);
void peers_free(struct peers **peers);

struct peer *peer_add(struct peers *peers, int fd, int64_t until_ms);
/* The library is about to close the socket. */
void peer_drop(struct peers *peers, struct peer **peer);

/* busy: a request is at work (a retiring server closes only the others). */
void peer_phase(struct peer *peer, bool busy, int64_t until_ms);
void peer_linger(struct peers *peers, struct peer *peer);
/* Sends bytes past the library, as far as the socket takes them at once, and nothing after them. */
void peer_say(struct peer *peer, const char *text, size_t size);
/* Will the other side send nothing more? */
bool peer_is_half_closed(const struct peer *peer);

/* The connection of that descriptor; NULL: none of ours. */
struct peer *peers_find(const struct peers *peers, int fd);
struct inlet *peer_inlet(struct peer *peer);

/* Has its inlet seen the head of the request at work? */
bool peer_has_head(const struct peer *peer);

/* Notes that its inlet is shut. */
void peer_shut(struct peers *peers, struct peer *peer);
/* One whose inlet is shut and whose requests before have their answers; NULL: none, or none yet. What it is
 * to be told is then to be said, for it is given once. */
struct peer *peers_refused(struct peers *peers);
/* Has the refusal been said? Then what still comes is thrown away until the other side has closed. */
bool peer_is_refused(const struct peer *peer);

/* Shuts down connections on which no request is at work. */
void peers_shut_idle(struct peers *peers);
unsigned peers_busy(const struct peers *peers);

/* Shuts down what is past its deadline. Returns ms until it wants to be called again, -1: nothing is open. */
int peers_turn(struct peers *peers, int64_t now_ms);

#endif

/* lingering_close - connections that have been answered for the last time, and whose clients may still be
 * sending
 *
 * A socket that is closed with unread bytes resets its connection, and the reset overtakes the answer (RFC
 * 9112 9.6). So front keeps such a connection: it sends what is left of the answer, shuts down the sending
 * side, and throws away what still comes, until the client has closed, has been silent for 5 s, or has had 30
 * s or 1 GiB in all. Times are milliseconds of any clock that never goes back.
 */
#ifndef FRONT_LINGERING_CLOSE_H
#define FRONT_LINGERING_CLOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lingering;

/* max: how many connections (1 or more) there may be at once; one more ends the oldest. */
struct lingering *lingering_new(unsigned max);
/* Closes all of them. */
void lingering_free(struct lingering **lingering);

/* Takes over the TCP socket, which does not block. Sends the bytes (copied), at once as far as the socket
 * takes them, and nothing after them. */
void lingering_add(struct lingering *lingering, int fd, const char *bytes, size_t size, int64_t now_ms);

/* A descriptor that is readable when lingering_turn() has something to do. */
int lingering_fd(const struct lingering *lingering);
/* Reads, sends, and closes the connections that have had their time. Returns ms until it wants to be called
 * again, whatever the descriptor says; -1: there are none. */
int lingering_turn(struct lingering *lingering, int64_t now_ms);

unsigned lingering_count(const struct lingering *lingering);

#endif

/* lingering_close - connections that have been answered for the last time, and whose clients may still be
 * sending
 *
 * A socket that is closed with unread bytes resets its connection, and the reset overtakes the answer (RFC
 * 9112 9.6). So whoever is told something last is kept: what is left of the answer is sent, the sending side
 * is shut down, and what still comes is thrown away until the client has closed, has sent nothing for a
 * while, or has had its share of time and bytes.
 */
#ifndef FRONT_LINGERING_CLOSE_H
#define FRONT_LINGERING_CLOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lingering;

/* At most so many connections (1 or more) at once: one too many ends the oldest. */
struct lingering *lingering_new(unsigned max);
/* Closes all of them. */
void lingering_free(struct lingering **lingering);

/* Takes over the socket, which does not block: sends the bytes, at once as far as it takes them, and nothing
 * after them. */
void lingering_add(struct lingering *lingering, int fd, const char *bytes, size_t size, int64_t now_ms);

/* Readable when lingering_turn() has something to do. */
int lingering_fd(const struct lingering *lingering);
/* Reads, sends and ends what is to be ended. Returns ms until it wants to be called again, whatever the
 * descriptor says; -1: there are none. */
int lingering_turn(struct lingering *lingering, int64_t now_ms);

unsigned lingering_count(const struct lingering *lingering);

#endif

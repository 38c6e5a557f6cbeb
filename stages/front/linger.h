/* linger - connections that have been answered for the last time, and whose clients may still be sending
 *
 * A socket that is closed with unread bytes resets its connection, and the reset overtakes the answer (RFC
 * 9112 9.6). So whoever is told something last is kept: what is left of the answer is sent, the sending side
 * is shut down, and what still comes is thrown away until the client has closed, has sent nothing for a
 * while, or has had its share of time and bytes.
 */
#ifndef FRONT_LINGER_H
#define FRONT_LINGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lingers;

/* At most so many connections (1 or more) at once: one too many ends the oldest. */
struct lingers *lingers_new(unsigned most);
/* Closes all of them. */
void lingers_free(struct lingers **lingers);

/* Takes over the socket, which does not block: sends the bytes, at once as far as it takes them, and nothing
 * after them. */
void linger_add(struct lingers *lingers, int fd, const char *bytes, size_t size, int64_t now_ms);

/* Readable when lingers_turn() has something to do. */
int lingers_fd(const struct lingers *lingers);
/* Reads, sends and ends what is to be ended. Returns ms until it wants to be called again, whatever the
 * descriptor says; -1: there are none. */
int lingers_turn(struct lingers *lingers, int64_t now_ms);

unsigned lingers_count(const struct lingers *lingers);

#endif

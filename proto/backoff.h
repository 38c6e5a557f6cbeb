/* backoff - how long to wait before something that failed is tried again
 *
 * Exponential back-off with jitter: the wait doubles with each failure up to a bound, and is shortened by up
 * to a quarter at random, so that those who failed together do not come back together.
 * https://sre.google/sre-book/addressing-cascading-failures/
 */
#ifndef PROTO_BACKOFF_H
#define PROTO_BACKOFF_H

#include <stdint.h>

enum { BACKOFF_JITTER = 1000 /* jitter is below it: thousandths of the quarter */ };

/* Pure. first_ms doubled `doublings` times, at most max_ms, less jitter thousandths of a quarter. */
int64_t backoff_ms(unsigned doublings, int64_t first_ms, int64_t max_ms, unsigned jitter);

/* A jitter for backoff_ms(), by chance: 0 to BACKOFF_JITTER - 1. */
unsigned backoff_jitter(void);

#endif

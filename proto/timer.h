/* timer - the next of several times at which something is due
 *
 * Pure. A time, or a wait, is in milliseconds; TIMER_NONE: there is none.
 */
#ifndef PROTO_TIMER_H
#define PROTO_TIMER_H

#include <stdint.h>

enum { TIMER_NONE = -1 };

/* The earlier of two times, or the shorter of two waits; each may be TIMER_NONE. */
int64_t timer_sooner(int64_t a, int64_t b);

/* From now until at_ms: 0 if that is past, TIMER_NONE if at_ms is. */
int64_t timer_left(int64_t at_ms, int64_t now_ms);

/* A wait as poll(2) takes it: at most max_ms, which TIMER_NONE becomes, too. */
int timer_poll_ms(int64_t wait_ms, int max_ms);

#endif

/* throttle - how long a kind of worker pauses after one of it died unproven
 *
 * Pure: the clock is handed in.  A worker that dies before it settled anything doubles the pause of its kind,
 * a settled lease ends it.
 */
#ifndef SUPERVISOR_THROTTLE_H
#define SUPERVISOR_THROTTLE_H

#include <stdint.h>

struct throttle {
    unsigned deaths; /* unproven ones in a row */
    int64_t until_ms;
};

/* A worker died unproven: the next may start at until_ms. jitter: 0..999, shortens the pause by up to a
 * quarter. */
void throttle_died(struct throttle *throttle, int64_t first_ms, int64_t max_ms, unsigned jitter,
                   int64_t now_ms);

/* A lease was settled. */
void throttle_proven(struct throttle *throttle);

#endif

/* told_rate - the rate that an account's x-ratelimit headers tell; pure
 *
 * No matter as long as plenty is left, for then calls may come in bursts.
 */
#ifndef SUPERVISOR_TOLD_RATE_H
#define SUPERVISOR_TOLD_RATE_H

#include "supervisor/money/rate_outcome.h"

struct told_rate {
    double calls;         /* a millisecond; 0: none is told, or plenty is left */
    double tokens_a_call; /* on average */
};

/* A call has ended, while so many are under way. */
void told_rate_heard(struct told_rate *told, const struct rate_outcome *heard, unsigned flying);

#endif

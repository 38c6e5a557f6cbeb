/* throttle - see throttle.h */
#include "supervisor/process/throttle.h"

#include "proto/backoff.h"

void throttle_died(struct throttle *throttle, int64_t first_ms, int64_t max_ms, unsigned jitter,
                   int64_t now_ms)
{
    throttle->until_ms = now_ms + backoff_ms(throttle->deaths, first_ms, max_ms, jitter);
    throttle->deaths++;
}

void throttle_proven(struct throttle *throttle)
{
    throttle->deaths = 0;
    throttle->until_ms = 0;
}

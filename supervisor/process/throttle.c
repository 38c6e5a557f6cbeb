/* throttle - see throttle.h */
#include "supervisor/process/throttle.h"

enum { MAX_DOUBLINGS = 30 };

void throttle_died(struct throttle *throttle, int64_t first_ms, int64_t max_ms, unsigned jitter,
                   int64_t now_ms)
{
    unsigned doublings = throttle->deaths < MAX_DOUBLINGS ? throttle->deaths : MAX_DOUBLINGS;
    int64_t pause = first_ms << doublings;

    if (pause > max_ms)
        pause = max_ms;
    pause -= pause * (int64_t)(jitter % 1000) / 4000;
    throttle->deaths++;
    throttle->until_ms = now_ms + pause;
}

void throttle_proven(struct throttle *throttle)
{
    throttle->deaths = 0;
    throttle->until_ms = 0;
}

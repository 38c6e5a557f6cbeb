/* throttle - see throttle.h */
#include "supervisor/process/throttle.h"

enum { DOUBLINGS_MOST = 30 };

void throttle_died(struct throttle *throttle, int64_t first_ms, int64_t most_ms, unsigned jitter,
                   int64_t now_ms)
{
    unsigned doublings = throttle->deaths < DOUBLINGS_MOST ? throttle->deaths : DOUBLINGS_MOST;
    int64_t pause = first_ms << doublings;

    if (pause > most_ms)
        pause = most_ms;
    pause -= pause * (int64_t)(jitter % 1000) / 4000;
    throttle->deaths++;
    throttle->until_ms = now_ms + pause;
}

void throttle_proven(struct throttle *throttle)
{
    throttle->deaths = 0;
    throttle->until_ms = 0;
}

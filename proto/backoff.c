/* backoff - see backoff.h */
#include "proto/backoff.h"

#include <sys/random.h>

#include "proto/clock.h"

int64_t backoff_ms(unsigned doublings, int64_t first_ms, int64_t max_ms, unsigned jitter)
{
    int64_t wait_ms = first_ms < max_ms ? first_ms : max_ms;

    for (unsigned i = 0; i < doublings && wait_ms > 0 && wait_ms < max_ms; i++)
        wait_ms = wait_ms > max_ms / 2 ? max_ms : 2 * wait_ms;
    return wait_ms - wait_ms * (int64_t)(jitter % BACKOFF_JITTER) / (4 * BACKOFF_JITTER);
}

unsigned backoff_jitter(void)
{
    uint32_t dice;

    if (getrandom(&dice, sizeof dice, GRND_NONBLOCK) != sizeof dice)
        dice = (uint32_t)clock_monotonic_ms(); /* it only spreads calls: any number will do */
    return dice % BACKOFF_JITTER;
}

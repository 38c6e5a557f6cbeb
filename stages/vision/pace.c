/* pace - see pace.h */
#include "stages/vision/pace.h"

#include "proto/panic.h"

enum {
    ROUNDS = 8
}; /* at the limit, how many before one more is tried: each try that fails is a call for nothing */

void pace_open(struct pace *pace, unsigned most)
{
    *pace = (struct pace){.most = most, .allowed = most, .careful = most};
}

bool pace_free(const struct pace *pace, int64_t now_ms)
{
    return now_ms >= pace->paused_until_ms && pace->flying < pace->allowed;
}

void pace_started(struct pace *pace)
{
    pace->flying++;
}

void pace_failed(struct pace *pace)
{
    must(pace->flying > 0);
    pace->flying--;
}

void pace_succeeded(struct pace *pace)
{
    pace_failed(pace);
    pace->successes++;
    pace->earned++;
    if (pace->allowed < pace->most &&
        (pace->allowed < pace->careful || pace->earned >= ROUNDS * pace->allowed)) {
        pace->allowed++;
        pace->earned = 0;
    }
}

/* A burst of refusals comes in one by one; after the last of them, those still flying are those let through.
 */
void pace_refused(struct pace *pace, int64_t now_ms, int64_t wait_ms, bool told)
{
    pace_failed(pace);
    if (pace->allowed > pace->flying)
        pace->allowed = pace->flying > 0 ? pace->flying : 1;
    pace->careful =
        pace->flying > 0 ? pace->allowed : pace->most / 2; /* none got through: the limit is unknown */
    pace->earned = 0;
    if ((told || pace->flying == 0) && pace->paused_until_ms < now_ms + wait_ms)
        pace->paused_until_ms = now_ms + wait_ms;
}

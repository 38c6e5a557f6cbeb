/* stall - see stall.h */
#include "supervisor/schedule/stall.h"

#include "proto/timer.h"

static bool is_stuck(const struct stall_facts *facts)
{
    return (facts->due && facts->credit) || (facts->held && facts->now_ms > facts->latest_ms);
}

enum stall_verdict stall_judge(struct stall *stall, const struct stall_facts *facts, int64_t max_ms)
{
    if (facts->progress != stall->progress)
        *stall = (struct stall){.progress = facts->progress};
    if (!is_stuck(facts))
        stall->since_ms = 0;
    else if (stall->since_ms == 0)
        stall->since_ms = facts->now_ms;
    if (stall->since_ms == 0 || facts->now_ms - stall->since_ms < max_ms)
        return STALL_FINE;
    stall->since_ms = facts->now_ms;
    return ++stall->strikes == 1 ? STALL_KILL : STALL_AFRESH;
}

int64_t stall_next(const struct stall *stall, int64_t max_ms)
{
    return stall->since_ms == 0 ? TIMER_NONE : stall->since_ms + max_ms;
}

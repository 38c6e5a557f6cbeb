/* stall - see stall.h */
#include "supervisor/schedule/stall.h"

static bool is_stuck(const struct stall_facts *facts)
{
    return (facts->due && facts->credit) || (facts->held && facts->now_ms > facts->latest_ms);
}

enum stall_verdict stall_judge(struct stall *wedge, const struct stall_facts *facts, int64_t most_ms)
{
    if (facts->progress != wedge->progress)
        *wedge = (struct stall){.progress = facts->progress};
    if (!is_stuck(facts))
        wedge->since_ms = 0;
    else if (wedge->since_ms == 0)
        wedge->since_ms = facts->now_ms;
    if (wedge->since_ms == 0 || facts->now_ms - wedge->since_ms < most_ms)
        return STALL_FINE;
    wedge->since_ms = facts->now_ms;
    return ++wedge->strikes == 1 ? STALL_KILL : STALL_AFRESH;
}

int64_t stall_next(const struct stall *wedge, int64_t most_ms)
{
    return wedge->since_ms == 0 ? -1 : wedge->since_ms + most_ms;
}

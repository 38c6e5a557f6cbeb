/* wedge - see wedge.h */
#include "supervisor/wedge.h"

static bool is_stuck(const struct wedge_facts *facts)
{
    return (facts->due && facts->credit) || (facts->held && facts->now_ms > facts->latest_ms);
}

enum wedge_verdict wedge_judge(struct wedge *wedge, const struct wedge_facts *facts, int64_t most_ms)
{
    if (facts->progress != wedge->progress)
        *wedge = (struct wedge){.progress = facts->progress};
    if (!is_stuck(facts))
        wedge->since_ms = 0;
    else if (wedge->since_ms == 0)
        wedge->since_ms = facts->now_ms;
    if (wedge->since_ms == 0 || facts->now_ms - wedge->since_ms < most_ms)
        return WEDGE_FINE;
    wedge->since_ms = facts->now_ms;
    return ++wedge->strikes == 1 ? WEDGE_KILL : WEDGE_AFRESH;
}

int64_t wedge_next(const struct wedge *wedge, int64_t most_ms)
{
    return wedge->since_ms == 0 ? -1 : wedge->since_ms + most_ms;
}

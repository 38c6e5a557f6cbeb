/* pool_policy - see pool_policy.h */
#include "supervisor/process/pool_policy.h"

enum pool_policy_step pool_policy_next(const struct pool_policy *s)
{
    unsigned spare = s->old > 0 ? 1 : 0; /* room for the one that relieves */

    if (s->fresh > s->wanted)
        return POOL_POLICY_RETIRE_FRESH;
    if (s->old > 0 && s->old + s->fresh_ready > s->wanted)
        return POOL_POLICY_RETIRE_OLD;
    if (s->fresh < s->wanted && s->fresh + s->old < s->wanted + spare)
        return POOL_POLICY_START;
    return POOL_POLICY_ENOUGH;
}

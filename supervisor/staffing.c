/* staffing - see staffing.h */
#include "supervisor/staffing.h"

enum staffing_step staffing_next(const struct staffing *s)
{
    unsigned spare = s->old > 0 ? 1 : 0; /* room for the one that relieves */

    if (s->fresh > s->wanted)
        return STAFFING_RETIRE_FRESH;
    if (s->old > 0 && s->old + s->fresh_ready > s->wanted)
        return STAFFING_RETIRE_OLD;
    if (s->fresh < s->wanted && s->fresh + s->old < s->wanted + spare)
        return STAFFING_START;
    return STAFFING_ENOUGH;
}

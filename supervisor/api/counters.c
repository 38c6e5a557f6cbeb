/* counters - see counters.h */
#include "supervisor/api/counters.h"

#include "proto/panic.h"
#include "supervisor/supervisor.h"

void counters_death(struct supervisor *sup, enum stage_kind kind, enum death death)
{
    must(kind < STAGE_KINDS && death < DEATHS);
    sup->counters.deaths[kind][death]++;
}

/* counters - see counters.h */
#include "supervisor/api/counters.h"

#include "proto/panic.h"
#include "supervisor/supervisor.h"

#define TEXT(name, text) text,

const char *death_name(enum death death)
{
    static const char *const names[] = {DEATH_TABLE(TEXT)};

    must(death < DEATHS);
    return names[death];
}

void counters_death(struct supervisor *sup, enum stage_kind kind, enum death death)
{
    must(kind < STAGE_KINDS && death < DEATHS);
    sup->counters.deaths[kind][death]++;
}

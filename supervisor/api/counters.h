/* counters - what has happened since the supervisor started, for /health and /metrics; pure
 *
 * They count up and are lost with the process; what must survive is the ledger's.
 */
#ifndef SUPERVISOR_COUNTERS_H
#define SUPERVISOR_COUNTERS_H

#include <stdint.h>

#include "proto/enums.h"
#include "supervisor/base/lane_table.h"
#include "supervisor/process/death.h"

struct supervisor;

struct counters {
    uint64_t deaths[STAGE_KINDS][DEATHS];
    uint64_t leased[LANES], settled[LANES], stalled[LANES];
    uint64_t slides[OUTCOMES];
    uint64_t jobs_completed, jobs_failed;
};

void counters_death(struct supervisor *sup, enum stage_kind kind, enum death death);

#endif

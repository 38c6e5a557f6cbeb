/* counters - what has happened since the supervisor started, for /health and /metrics; pure
 *
 * They count up and are lost with the process; what must survive is the ledger's.
 */
#ifndef SUPERVISOR_COUNTERS_H
#define SUPERVISOR_COUNTERS_H

#include <stdint.h>

#include "proto/enums.h"
#include "supervisor/schedule/lane.h"

/* How a worker came to its end. */
#define DEATH_TABLE(row)                                                                                     \
    row(DIED, "died") row(CONFIG, "config") row(RETIRED, "retired") row(RECYCLED, "recycled")                \
        row(NO_HELLO, "no_hello") row(SILENT, "silent") row(DEADLINE, "deadline") row(WEDGED, "wedged")      \
            row(GARBLED, "garbled")

#define ENUM_DEATH(name, text) DEATH_##name,
enum death { DEATH_TABLE(ENUM_DEATH) DEATHS };

const char *death_name(enum death death);

struct supervisor;

struct counters {
    uint64_t deaths[STAGE_KINDS][DEATHS];
    uint64_t leased[LANES], settled[LANES], wedged[LANES];
    uint64_t slides[OUTCOMES];
    uint64_t jobs_completed, jobs_failed;
    uint64_t calls[VERDICTS]; /* model calls that have ended */
};

void counters_death(struct supervisor *sup, enum stage_kind kind, enum death death);

#endif

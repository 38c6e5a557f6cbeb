/* retention - what has ended and is old goes: attempts of ended jobs, jobs with all they have, cached answers
 *
 * A pass begins every minute and goes in slices of a few hundred rows, with a pause after each, so that
 * nothing waits for it.  It ends what the ledger keeps, not what the store has: results belong to whoever
 * asked for them.
 *
 * Promise: no job goes that has not ended, or whose callback is still owed.
 */
#ifndef SUPERVISOR_RETENTION_H
#define SUPERVISOR_RETENTION_H

#include <stdint.h>

#include "supervisor/base/service.h"
#include "supervisor/ledger/ledger.h"

struct retention {
    const struct service *service;
    struct ledger *ledger;
    int64_t due_ms;                   /* monotonic: the next slice */
    unsigned step;                    /* of the pass */
    uint64_t lease;                   /* attempts up to this one have been looked at */
    uint64_t attempts, jobs, answers; /* gone in this pass */
};

/* A slice if one is due; within the turn's commit. Returns when the next will be (monotonic), -1: none. */
int64_t retention_turn(struct retention *sweep);

#endif

/* retention - deletes old rows: attempts of ended jobs, ended jobs with all their rows, cached answers
 *
 * A pass begins every minute (more often if a retention time is shorter) and works in slices of 256 rows with
 * a pause of 20 ms after each, so that nothing waits for it.  It deletes rows of the ledger only; results in
 * the store belong to whoever asked for them.
 *
 * Promise: no job is deleted that has not ended, or whose callback is still owed.
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

/* Does one slice if it is due, as part of the turn's commit. Returns when the next one is due (monotonic ms);
 * -1: none, while the service drains. */
int64_t retention_turn(struct retention *sweep);

#endif

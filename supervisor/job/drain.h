/* drain - the way out after SIGTERM: what is still done, and when we leave
 *
 * With a durable ledger nothing new is handed out, what is held is finished, and the rest goes on at the next
 * start.  Where the disk goes with us (ledger.durable = false) there is no next start: the work goes on for
 * half the time, then every unfinished job fails as INTERRUPTED and its callback goes out in the other half.
 * Either way we leave as soon as nothing is left to do, and at the deadline anyway.
 *
 * Not here: the signals and the loop (main.c), which workers there are (worker_pool.c).
 */
#ifndef SUPERVISOR_DRAIN_H
#define SUPERVISOR_DRAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "supervisor/base/service.h"
#include "supervisor/job/job_list.h"
#include "supervisor/outbox/outbox.h"
#include "supervisor/process/worker_pool.h"

struct drain {
    struct service *service; /* of which it says that it stops */
    struct ledger *ledger;
    struct blobs *blobs;
    struct worker_pool *pool;
    struct outbox *outbox;
    struct job_list *list;
    unsigned stops;                             /* how often we were told */
    int64_t interrupt_at_ms, until_ms, left_ms; /* monotonic; 0: not set */
};

/* SIGTERM or SIGINT. The second one means now. */
void drain_on_stop(struct drain *drain);

/* Fails every job that is still open, when it is time for that. Every turn, before the job machine's. */
void drain_interrupt(const struct drain *drain);

/* Every turn, before work is handed out. true: everything is over, end the process. */
bool drain_turn(struct drain *drain);

/* When it wants its next turn (monotonic); TIMER_NONE: never. */
int64_t drain_next(const struct drain *drain);

#endif

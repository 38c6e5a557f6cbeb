/* jobs - what those were given at birth who stand at the doors of this room: what comes in (lease_result.c,
 * failure.c, worker_adopt.c), what goes out (lease_message.c, model_message.c), and the job machine
 *
 * main.c fills in the first part, jobs_join() the rest; the units behind the doors are handed what they need,
 * and nothing else.
 */
#ifndef SUPERVISOR_JOBS_H
#define SUPERVISOR_JOBS_H

#include "supervisor/base/service.h"
#include "supervisor/job/slide.h"
#include "supervisor/money/budget.h"
#include "supervisor/money/call_admission.h"
#include "supervisor/outbox/outbox.h"
#include "supervisor/process/worker_pool.h"
#include "supervisor/schedule/in_flight.h"
#include "supervisor/schedule/schedule.h"
#include "supervisor/schedule/tenants.h"
#include "supervisor/store/vault.h"

/* Who wants to know of the end of an estimate. */
struct job_listener {
    void (*estimated)(void *arg, const struct job_row *row);
    void *arg;
};

struct jobs {
    const struct service *service;
    struct ledger *ledger;
    struct blobs *blobs;
    struct vault *vault;
    struct worker_pool *pool;
    struct lanes *lanes;
    struct in_flight *in_flight;
    struct schedule *schedule;
    struct admissions *admissions;
    struct budget *budget;
    struct outbox *outbox;
    struct tenants *tenants;
    struct job_list *list;
    struct job_listener listener;

    struct answer_cache cache;
    struct batches batches;
    struct slides slides;
    int64_t last_found; /* greatest number of a job that was open when we began (job_activate.c) */
};

/* Makes the hands of the units in this room out of what it was given. jobs must stay where it is. */
static inline void jobs_join(struct jobs *jobs)
{
    jobs->cache = (struct answer_cache){.service = jobs->service, .ledger = jobs->ledger};
    jobs->batches = (struct batches){.ledger = jobs->ledger, .lanes = jobs->lanes, .budget = jobs->budget};
    jobs->slides = (struct slides){.service = jobs->service,
                                   .ledger = jobs->ledger,
                                   .blobs = jobs->blobs,
                                   .lanes = jobs->lanes,
                                   .pool = jobs->pool,
                                   .schedule = jobs->schedule,
                                   .list = jobs->list,
                                   .cache = &jobs->cache,
                                   .batches = &jobs->batches};
}

#endif

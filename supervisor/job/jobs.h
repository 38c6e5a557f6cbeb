/* jobs - the jobs that are worked on, and what those who work on them were given at birth
 *
 * main.c fills it in once; the parts of this room are handed it, and nothing of what lies above them.
 */
#ifndef SUPERVISOR_JOBS_H
#define SUPERVISOR_JOBS_H

#include <stdbool.h>
#include <stdint.h>

#include "supervisor/base/service.h"
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

struct job;

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
    struct job_listener listener;
    struct job *first; /* the active ones */
    unsigned active;
    uint64_t open;                                /* accepted and not yet ended */
    int64_t last_found;                           /* greatest number of a job that was open when we began */
    bool interrupting;                            /* stopping, and every job that is still open fails now */
    uint64_t slides[OUTCOMES], completed, failed; /* ended since the start */
};

#endif

/* supervisor - what the parts of the supervisor share: one value, handed to each
 *
 * One loop (main.c).  Time is read once per turn.  What a turn writes to the ledger becomes
 * durable together after its end, and only then do leases, acknowledgements and answers leave.
 */
#ifndef SUPERVISOR_SUPERVISOR_H
#define SUPERVISOR_SUPERVISOR_H

#include <stdbool.h>
#include <stdint.h>

#include "supervisor/base/service.h"
#include "supervisor/store/blob.h"
#include "supervisor/api/counters.h"
#include "supervisor/job/job.h"
#include "supervisor/schedule/lane.h"
#include "supervisor/ledger/ledger.h"
#include "supervisor/schedule/circuit_breaker.h"
#include "supervisor/outbox/outbox.h"
#include "supervisor/money/call_admission.h"
#include "supervisor/job/tenants.h"
#include "supervisor/process/worker_pool.h"
#include "supervisor/schedule/in_flight.h"
#include "supervisor/store/vault.h"
#include "supervisor/schedule/stall.h"

/* What the configuration said before state_folder_enter() resolved it: a reload is compared with that. */
struct given {
    char *state_dir, *store_dir;
};

struct supervisor {
    struct service service;
    struct given given;
    struct ledger *ledger;
    struct blobs *blobs;
    struct vault *vault;
    struct worker_pool *pool;
    struct lanes *lanes;
    struct in_flight *in_flight;
    struct admissions *admissions;
    struct budget *budget;
    struct outbox *outbox;
    struct tenants *tenants;
    struct asker *askers; /* who waits for an estimate (api.c) */
    struct job *jobs;     /* the active ones */
    unsigned active;
    int64_t last_found;             /* greatest number of a job that was open when we began */
    uint64_t open_jobs;             /* accepted and not yet ended */
    uint64_t lease;                 /* the last one issued */
    unsigned rotation[STAGE_KINDS]; /* where dispatch goes on among the lanes of a kind */
    struct counters counters;
    struct breaker breakers[LANES];
    struct stall stalls[LANES];
    int64_t start_ms, start_unix_ms; /* when we began, by both clocks */
    int64_t look_ms;                 /* when jobs are looked through for late ones */
    bool interrupting;               /* stopping, and every job that is still open fails now */
};

#endif

/* supervisor - what the parts of the supervisor share: one value, handed to each
 *
 * One loop (main.c).  Time is read once per turn.  What a turn writes to the ledger becomes
 * durable together after its end, and only then do leases, acknowledgements and answers leave.
 */
#ifndef SUPERVISOR_SUPERVISOR_H
#define SUPERVISOR_SUPERVISOR_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/conf.h"
#include "supervisor/blob.h"
#include "supervisor/counters.h"
#include "supervisor/job.h"
#include "supervisor/lane.h"
#include "supervisor/ledger.h"
#include "supervisor/outage.h"
#include "supervisor/outbox.h"
#include "supervisor/permit.h"
#include "supervisor/tenants.h"
#include "supervisor/roster.h"
#include "supervisor/twin.h"
#include "supervisor/vault.h"
#include "supervisor/wedge.h"

/* What the configuration said before home_enter() resolved it: a reload is compared with that. */
struct given {
    char *state_dir, *store_dir;
};

struct supervisor {
    struct conf *conf;
    struct given given;
    struct ledger *ledger;
    struct blobs *blobs;
    struct vault *vault;
    struct roster *roster;
    struct lanes *lanes;
    struct twins *twins;
    struct permits *permits;
    struct budget *budget;
    struct outbox *outbox;
    struct tenants *tenants;
    unsigned lacks;       /* production.h */
    struct asker *askers; /* who waits for an estimate (desk.c) */
    struct job *jobs;     /* the active ones */
    unsigned active;
    int64_t last_found;             /* greatest number of a job that was open when we began */
    uint64_t open_jobs;             /* accepted and not yet ended */
    uint64_t lease;                 /* the last one issued */
    unsigned rotation[STAGE_KINDS]; /* where dispatch goes on among the lanes of a kind */
    struct counters counters;
    struct outage outages[LANES];
    struct wedge wedges[LANES];
    int64_t start_ms, start_unix_ms; /* when we began, by both clocks */
    int64_t look_ms;                 /* when jobs are looked through for late ones */
    int64_t now_ms;                  /* monotonic, of this turn */
    bool draining;                   /* told to stop: no new jobs */
    bool interrupting;               /* and every job that is still open fails now */
};

#endif

/* schedule - what decides when work goes out: the lanes it waits in, outages, standstill, and the leases so
 * far
 *
 * Knows leases, not jobs: whoever keeps the jobs hands in three functions (work_source) that say whether a
 * piece of work still counts, fill its message, and write its attempt down.
 */
#ifndef SUPERVISOR_SCHEDULE_H
#define SUPERVISOR_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "supervisor/base/lease.h"
#include "supervisor/base/service.h"
#include "supervisor/money/call_admission.h"
#include "supervisor/process/worker_pool.h"
#include "supervisor/schedule/circuit_breaker.h"
#include "supervisor/schedule/lane.h"
#include "supervisor/schedule/stall.h"
#include "supervisor/store/blob.h"

/* A lease in the making. */
struct draft {
    struct worker *worker;
    struct work work;
    uint64_t lease;
    uint32_t attempt;
    struct wire message;
    char key[BLOB_NAME];      /* EXPLAIN, OVERVIEW: what its answer answers; else "" */
    char question[BLOB_NAME]; /* EXPLAIN: all that is asked (in_flight.h); else "" */
    uint32_t max_tokens;      /* that its first model call may write */
};

struct work_source {
    /* Does the work still count? Then draft->attempt is set. */
    bool (*begin)(void *arg, struct draft *draft);
    /* Fills the message. false: there is nothing to lease (any more), or not now. */
    bool (*fill)(void *arg, struct draft *draft);
    /* The worker has the lease: before its message leaves, what must be known of it is written. */
    void (*leased)(void *arg, struct draft *draft, const struct lease *lease);
    void *arg; /* handed to all three */
};

struct schedule {
    const struct service *service;
    struct worker_pool *pool;
    struct lanes *lanes;
    struct blobs *blobs;
    struct admissions *admissions;
    struct work_source source;
    uint64_t lease; /* the last one issued */
    bool unsent;    /* there are leases whose message could not be sent (lease_result.c fails them) */
    int64_t
        greedy_ms[STAGE_KINDS]; /* since when greedy work waits, or when some went out last; 0: none waits */
    unsigned rotation[STAGE_KINDS]; /* where dispatch goes on among the lanes of a kind */
    unsigned inspected;             /* documents given to rasterizers since the last page */
    struct breaker breakers[LANES];
    struct stall stalls[LANES];
    uint64_t leased[LANES], settled[LANES], stalled[LANES]; /* since the start */
};

#endif

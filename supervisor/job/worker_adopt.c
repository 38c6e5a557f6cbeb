/* worker_adopt - see worker_adopt.h */
#include "supervisor/job/worker_adopt.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "supervisor/schedule/dispatch.h"
#include "supervisor/job/failure.h"
#include "supervisor/job/overview.h"
#include "supervisor/process/worker_lock.h"

struct walk {
    struct jobs *jobs;
    struct worker *worker;
    char *generations; /* of the adopted, as a JSON array that is not closed yet */
};

static void append(struct walk *walk, uint64_t generation)
{
    char *longer;

    if (asprintf(&longer, "%s%s%llu", walk->generations, walk->generations[1] == '\0' ? "" : ",",
                 (unsigned long long)generation) == -1)
        panic("out of memory");
    free(walk->generations);
    walk->generations = longer;
}

/* Only vision workers outlive us; what concerns no slide is an overview. */
static void on_attempt(void *arg, const struct attempt_row *row)
{
    const struct walk *walk = arg;
    struct work work = {
        .lane = row->slide == 0 ? LANE_OVERVIEW : LANE_EXPLAIN, .job = row->job, .item = row->slide};
    struct asker leads = {.work = work};
    char tenant[TENANT_ROOM];
    struct lease *lease;

    ledger_job_payer(walk->jobs->ledger, row->job, tenant);
    work.tenant = tenants_at(walk->jobs->tenants, tenant)->number;
    lease = worker_lease(walk->worker, row->lease, work);
    lease->attempt = row->attempt;
    memcpy(lease->key, row->answers, sizeof lease->key);
    lease->issued_ms = walk->jobs->service->now_ms;
    lease->deadline_ms =
        walk->jobs->service->now_ms + dispatch_deadline_ms(walk->jobs->service->conf, STAGE_VISION);
    memcpy(leads.key, row->answers, sizeof leads.key);
    if (*leads.key != '\0')
        in_flight_lead(walk->jobs->in_flight, &leads, UINT_MAX);
    admission_found(walk->jobs->admissions, lease, row->reserved);
}

static void on_living(void *arg, const char *name, pid_t pid)
{
    struct walk *walk = arg;
    struct jobs *jobs = walk->jobs;
    unsigned slot;
    unsigned long long generation;

    if (sscanf(name, "vision-%u-%llu", &slot, &generation) != 2)
        return;
    walk->worker =
        worker_pool_adopt(jobs->pool, STAGE_VISION, slot, generation, name, pid, jobs->service->now_ms);
    if (walk->worker == NULL)
        return;
    append(walk, generation);
    ledger_attempts_of(jobs->ledger, generation, on_attempt, walk);
    log_info(worker_found, log_str("stage", stage_name(STAGE_VISION)), log_int("slot", slot),
             log_int("generation", (int64_t)generation), log_int("pid", pid),
             log_int("leases", worker_held(walk->worker)));
}

void adopt_living(struct jobs *jobs)
{
    struct walk walk = {.jobs = jobs, .generations = need_dup("[")};
    char *closed;
    uint64_t lost;

    worker_lock_each(on_living, &walk);
    if (asprintf(&closed, "%s]", walk.generations) == -1)
        panic("out of memory");
    budget_recover(jobs->budget, closed);
    lost = ledger_attempts_void(jobs->ledger, closed);
    log_info(leases_voided, log_int("leases", (int64_t)lost));
    free(closed);
    free(walk.generations);
}

static void mark_busy(struct job *job, const struct lease *lease)
{
    const struct slide_row *slide = job_slide_row(job, lease->work.item);

    if (lease->work.lane == LANE_OVERVIEW)
        overview_is_out(job);
    else if (lease->work.lane == LANE_EXPLAIN && slide != NULL && slide->outcome == OUTCOME_OPEN &&
             !job_busy(job, slide->slide))
        job_set_busy(job, slide->slide, true);
}

void adopt_job(const struct worker_pool *pool, struct job *job)
{
    const struct lease *lease;

    for (const struct worker *w = NULL; (w = worker_pool_next(pool, STAGE_VISION, w)) != NULL;)
        TAILQ_FOREACH(lease, worker_leases(w), link)
        {
            if (lease->work.job == job->row.id)
                mark_busy(job, lease);
        }
}

void adopt_on_holding(struct worker *worker, uint64_t id)
{
    struct lease *lease = worker_find(worker, id);

    if (lease != NULL) /* else it was void before the worker was found; what it answers is remembered */
        lease->claimed = true;
}

void adopt_on_state(struct jobs *jobs, struct worker *worker, uint32_t supervisor)
{
    unsigned before = worker_held(worker);

    if (supervisor != (uint32_t)getpid() ||
        !worker_is_ready(worker)) /* it was meant for one that has not lived to hear it */
        return;
    worker_stated(worker);
    failure_on_unclaimed(jobs, worker);
    log_info(worker_adopted, log_worker(worker), log_int("working_on", worker_held(worker)),
             log_int("never_arrived", before - worker_held(worker)));
}

/* failure - see failure.h */
#include "supervisor/job/failure.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "proto/backoff.h"
#include "proto/log.h"
#include "supervisor/schedule/outage.h"
#include "supervisor/job/equal_slides.h"
#include "supervisor/job/greedy.h"
#include "supervisor/job/overview.h"
#include "supervisor/job/previous_run.h"

/* OUTAGE: before what an outage sent back stands in its lane again. */
enum { OUTAGE_MS = 1000, AGAIN_MS = 2000, AGAIN_MAX_MS = 300000 };

static bool by_slide(const struct lease *lease)
{
    return lane_row(lease->work.lane)->counted == COUNTED_SLIDE;
}

/* ---- giving up ---- */

static void fail_job(struct jobs *jobs, struct job *job, enum code code, const char *detail)
{
    (void)jobs;
    job_fail(job, code, detail);
}

static void skip_overview(struct jobs *jobs, struct job *job, enum code code, const char *detail)
{
    (void)code;
    (void)detail;
    overview_none(jobs->ledger, job);
}

static void skip_previous(struct jobs *jobs, struct job *job, enum code code, const char *detail)
{
    (void)detail;
    previous_run_none(jobs->ledger, jobs->lanes, job, code);
}

/* clang-format off */
#define LANE(NAME, text, kind, down, up, counted, state, room, failures, poison, outage, issue, result, failed, give_up) \
    give_up,
static void (*const give_up[LANES])(struct jobs *, struct job *, enum code, const char *detail) = {
#include "supervisor/base/lanes.def"
};
#undef LANE
/* clang-format on */

/* ---- failures ---- */

static int64_t wait_before(uint32_t attempt, uint64_t told_ms)
{
    int64_t wait = backoff_ms(attempt - 1, AGAIN_MS, AGAIN_MAX_MS, 0);

    if (told_ms > (uint64_t)wait)
        wait = told_ms < AGAIN_MAX_MS ? (int64_t)told_ms : AGAIN_MAX_MS;
    return wait;
}

void failure_of_work(struct jobs *jobs, struct job *job, const struct lease *lease,
                     const struct wire_failed *failed)
{
    if (!job_fits(job, lease->work.lane))
        return;
    if (greedy_takes(jobs->lanes, job, &lease->work, failed)) {
        job->row.attempt -= job->row.attempt > 0;
        ledger_job_update(jobs->ledger, &job->row);
    } else if (outage_absorbs_failure(jobs->schedule, lease, failed, job->work_failed_ms,
                                      lease->attempt > 1)) {
        job->work_failed_ms = jobs->service->now_ms;
        job->row.attempt -= job->row.attempt > 0;
        ledger_job_update(jobs->ledger, &job->row);
        lanes_add(jobs->lanes, lease->work, jobs->service->now_ms + OUTAGE_MS);
    } else if (failed->retryable && lease->attempt < lane_row(lease->work.lane)->failures) {
        int64_t wait = wait_before(lease->attempt, failed->retry_after_ms);

        log_warn(work_deferred, log_job(job->row.job), log_str("lane", lane_name(lease->work.lane)),
                 log_int("lease", (int64_t)lease->id), log_str("code", failed->code),
                 log_str("reason", failed->detail), log_int("wait_ms", wait));
        lanes_add(jobs->lanes, lease->work, jobs->service->now_ms + wait);
    } else
        give_up[lease->work.lane](jobs, job, code_of(failed->code), failed->detail);
}

/* ---- deaths ---- */

static bool holds_more_of(const struct worker *worker, int64_t job)
{
    const struct lease *lease;

    TAILQ_FOREACH(lease, worker_leases(worker), link)
    {
        if (lease->work.job == job)
            return true;
    }
    return false;
}

static bool is_of_one_job(const struct worker *worker)
{
    const struct lease *oldest = TAILQ_FIRST(worker_leases(worker)), *lease;

    TAILQ_FOREACH(lease, worker_leases(worker), link)
    {
        if (lease->work.job != oldest->work.job)
            return false;
    }
    return true;
}

/* What another process killed (SIGKILL that is not ours) was nobody's fault; how an adopted one ended is not
 * known. */
static bool is_own_fault(const struct worker *worker)
{
    int code = process_code(worker_process(worker));

    return worker_is_killed(worker) || (code != 128 + SIGKILL && code != PROCESS_CODE_UNKNOWN);
}

/* Whom to charge with the death: the only lease, or the one that is late; for a worker that does one after
 * the other that is its oldest. When one of several dies by itself it is not known (what it said of the
 * oldest may have died with it): they are tried again one at a time (work.suspect). A job is charged once,
 * however many pieces went. alone: all the worker held was of this job. */
static bool is_charged(const struct jobs *jobs, const struct worker *worker, const struct lease *lease,
                       bool oldest, bool alone)
{
    bool late = worker_is_killed(worker) && jobs->service->now_ms > lease->deadline_ms;
    bool only = oldest && TAILQ_EMPTY(worker_leases(worker));

    if (!is_own_fault(worker))
        return false;
    if (stage_works_in_turn(worker_kind(worker)))
        return only || (oldest && worker_is_killed(worker));
    if (by_slide(lease))
        return only || late;
    return (alone || late) && !holds_more_of(worker, lease->work.job);
}

/* An overview is made beside the slides: it is wanted whatever has happened to one of them. */
static bool is_wanted(const struct job *job, enum lane_id lane)
{
    if (lane == LANE_OVERVIEW)
        return job->overview_out && job->row.state == JOB_WORKING;
    return job_fits(job, lane);
}

static void on_work_died(struct jobs *jobs, struct job *job, const struct lease *lease, bool charged)
{
    if (!is_wanted(job, lease->work.lane)) {
        if (lease->work.lane == LANE_OVERVIEW)
            overview_is_back(job);
        else if (batch_is_work(job, &lease->work))
            lanes_add(jobs->lanes, lease->work, jobs->service->now_ms + AGAIN_MS);
        return;
    }
    job->row.crashes += charged;
    ledger_job_update(jobs->ledger, &job->row);
    if (job_table_poison(job->row.crashes, lease->attempt))
        give_up[lease->work.lane](jobs, job, lane_row(lease->work.lane)->poison, NULL);
    else
        lanes_add(jobs->lanes, lease->work, 0);
}

static void take_back(struct jobs *jobs, const struct lease *lease, const char *outcome, bool charged,
                      bool late)
{
    struct job *job = job_list_find(jobs->list, lease->work.job);

    ledger_attempt_end(jobs->ledger, lease->id, outcome);
    admission_lease_ended(jobs->admissions, lease,
                          strcmp(outcome, "unsent") == 0 ? LEASE_NEVER_BEGUN : LEASE_LOST, NULL);
    if (lane_is_owed(lease->work.lane))
        outbox_died(jobs->outbox, lease->work.job);
    else if (job != NULL && by_slide(lease) && job_busy(job, lease->work.item))
        slide_on_death(&jobs->slides, job, lease, charged, late);
    else if (job != NULL && !by_slide(lease))
        on_work_died(jobs, job, lease, charged);
    if (lease->work.lane == LANE_EXPLAIN)
        equal_slides_died(jobs, lease);
    else if (lease->work.lane == LANE_OVERVIEW)
        overview_ended(jobs, lease, NULL);
}

void failure_on_death(struct jobs *jobs, struct worker *worker)
{
    const bool alone = is_of_one_job(worker);
    struct lease *lease;

    worker_pool_count_death(jobs->pool, worker_kind(worker), worker_death(worker));

    for (bool oldest = true; (lease = worker_release(worker)) != NULL; oldest = false) {
        lease->work.suspect = is_own_fault(worker);
        take_back(jobs, lease, worker_is_killed(worker) ? "late" : "died",
                  is_charged(jobs, worker, lease, oldest, alone), worker_is_killed(worker));
        free(lease);
    }
}

static struct lease *unclaimed(const struct worker *worker)
{
    struct lease *lease = TAILQ_FIRST(worker_leases(worker));

    while (lease != NULL && lease->claimed)
        lease = TAILQ_NEXT(lease, link);
    return lease;
}

void failure_on_unclaimed(struct jobs *jobs, struct worker *worker)
{
    struct lease *lease;

    while ((lease = unclaimed(worker)) != NULL) {
        worker_settle(worker, lease->id);
        take_back(jobs, lease, "unsent", false, false);
        free(lease);
    }
}

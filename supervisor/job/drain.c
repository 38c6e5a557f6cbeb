/* drain - see drain.h */
#include "supervisor/job/drain.h"

#include "proto/log.h"
#include "supervisor/job/job_life.h"
#include "supervisor/job/jobs.h"

/* LEAVE: how long workers may take to go. AT_ONCE: jobs interrupted in one turn. */
enum { LEAVE_MAX_MS = 5000, AT_ONCE = 256 };

void drain_on_stop(struct drain *drain, struct jobs *jobs)
{
    int64_t max_ms = jobs->service->conf->drain_s * 1000;

    drain->stops++;
    drain->service->draining = true;
    if (drain->until_ms == 0) {
        drain->until_ms = jobs->service->now_ms + max_ms;
        drain->interrupt_at_ms = jobs->service->conf->ledger_durable ? 0 : jobs->service->now_ms + max_ms / 2;
    }
    log_info(draining, log_int("max_ms", drain->stops > 1 ? 0 : drain->until_ms - jobs->service->now_ms),
             log_int("open_jobs", (int64_t)jobs->open));
}

/* ---- interrupting ---- */

static bool is_time(const struct drain *drain, const struct jobs *jobs)
{
    return drain->interrupt_at_ms != 0 && jobs->service->now_ms >= drain->interrupt_at_ms && jobs->open > 0;
}

static void on_waiting(void *arg, struct job_row *row)
{
    struct jobs *jobs = arg;

    if (job_find(jobs, row->id) == NULL)
        job_fail(job_new(jobs, row), CODE_INTERRUPTED, NULL);
    else
        job_row_clear(row);
}

void drain_interrupt(const struct drain *drain, struct jobs *jobs)
{
    if (!is_time(drain, jobs))
        return;
    jobs->interrupting = true;
    for (struct job *job = jobs->first; job != NULL; job = job->next)
        job_fail(job, CODE_INTERRUPTED, NULL);
    ledger_jobs_open(jobs->ledger, 0, AT_ONCE, on_waiting, jobs);
}

/* ---- leaving ---- */

static bool holds_nothing(const struct jobs *jobs)
{
    for (const struct worker *w = worker_pool_first(jobs->pool); w != NULL; w = w->next)
        if (w->held > 0)
            return false;
    return blobs_idle(jobs->blobs); /* else somebody's upload is on its way, or a result */
}

static bool owes_nothing(const struct jobs *jobs)
{
    return jobs->service->conf->ledger_durable || (jobs->open == 0 && outbox_empty(jobs->outbox));
}

bool drain_turn(struct drain *drain, struct jobs *jobs)
{
    if (drain->stops == 0)
        return false;
    if (drain->stops > 1 || jobs->service->now_ms >= (drain->left_ms != 0 ? drain->left_ms : drain->until_ms))
        return true;
    if (drain->left_ms == 0 && owes_nothing(jobs) && holds_nothing(jobs)) {
        drain->left_ms = jobs->service->now_ms + LEAVE_MAX_MS;
        worker_pool_retire_all(jobs->pool);
    }
    return drain->left_ms != 0 && worker_pool_empty(jobs->pool);
}

int64_t drain_next(const struct drain *drain, const struct jobs *jobs)
{
    if (drain->stops == 0)
        return -1;
    if (drain->left_ms != 0)
        return drain->left_ms;
    if (drain->interrupt_at_ms != 0 && jobs->open > 0 && drain->interrupt_at_ms < drain->until_ms)
        return drain->interrupt_at_ms;
    return drain->until_ms;
}

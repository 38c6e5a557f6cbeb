/* drain - see drain.h */
#include "supervisor/job/drain.h"

#include "proto/log.h"
#include "proto/timer.h"

/* LEAVE: how long workers may take to go. AT_ONCE: jobs interrupted in one turn. */
enum { LEAVE_MAX_MS = 5000, AT_ONCE = 256 };

static uint64_t open_jobs(const struct drain *drain)
{
    return job_list_counts(drain->list)->open;
}

void drain_on_stop(struct drain *drain)
{
    int64_t max_ms = drain->service->conf->drain_s * 1000;

    drain->stops++;
    drain->service->draining = true;
    if (drain->until_ms == 0) {
        drain->until_ms = drain->service->now_ms + max_ms;
        drain->interrupt_at_ms =
            drain->service->conf->ledger_durable ? 0 : drain->service->now_ms + max_ms / 2;
    }
    log_info(draining, log_int("max_ms", drain->stops > 1 ? 0 : drain->until_ms - drain->service->now_ms),
             log_int("open_jobs", (int64_t)open_jobs(drain)));
}

/* ---- interrupting ---- */

static bool is_time(const struct drain *drain)
{
    return drain->interrupt_at_ms != 0 && drain->service->now_ms >= drain->interrupt_at_ms &&
           open_jobs(drain) > 0;
}

static void on_open_job(void *arg, struct job_row *row)
{
    job_fail(job_list_at(arg, row), CODE_INTERRUPTED, NULL);
}

void drain_interrupt(const struct drain *drain)
{
    if (!is_time(drain))
        return;
    drain->service->interrupting = true;
    for (struct job *job = job_list_first(drain->list); job != NULL; job = job->next)
        job_fail(job, CODE_INTERRUPTED, NULL);
    ledger_jobs_open(drain->ledger, 0, AT_ONCE, on_open_job, drain->list);
}

/* ---- leaving ---- */

static bool holds_nothing(const struct drain *drain)
{
    for (const struct worker *w = worker_pool_first(drain->pool); w != NULL; w = worker_next(w))
        if (worker_held(w) > 0)
            return false;
    return blobs_idle(drain->blobs); /* else somebody's upload is on its way, or a result */
}

static bool owes_nothing(const struct drain *drain)
{
    return drain->service->conf->ledger_durable || (open_jobs(drain) == 0 && outbox_empty(drain->outbox));
}

bool drain_turn(struct drain *drain)
{
    if (drain->stops == 0)
        return false;
    if (drain->stops > 1 ||
        drain->service->now_ms >= (drain->left_ms != 0 ? drain->left_ms : drain->until_ms))
        return true;
    if (drain->left_ms == 0 && owes_nothing(drain) && holds_nothing(drain)) {
        drain->left_ms = drain->service->now_ms + LEAVE_MAX_MS;
        worker_pool_retire_all(drain->pool);
    }
    return drain->left_ms != 0 && worker_pool_empty(drain->pool);
}

int64_t drain_next(const struct drain *drain)
{
    if (drain->stops == 0)
        return TIMER_NONE;
    if (drain->left_ms != 0)
        return drain->left_ms;
    if (drain->interrupt_at_ms != 0 && open_jobs(drain) > 0 && drain->interrupt_at_ms < drain->until_ms)
        return drain->interrupt_at_ms;
    return drain->until_ms;
}

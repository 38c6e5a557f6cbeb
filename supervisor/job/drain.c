/* drain - see drain.h */
#include "supervisor/job/drain.h"

#include "proto/log.h"
#include "supervisor/job/job.h"
#include "supervisor/supervisor.h"

/* LEAVE: how long workers may take to go. AT_ONCE: jobs interrupted in one turn. */
enum { LEAVE_MAX_MS = 5000, AT_ONCE = 256 };

void drain_on_stop(struct drain *drain, struct supervisor *sup)
{
    int64_t max_ms = sup->service.conf->drain_s * 1000;

    drain->stops++;
    sup->service.draining = true;
    if (drain->until_ms == 0) {
        drain->until_ms = sup->service.now_ms + max_ms;
        drain->interrupt_at_ms = sup->service.conf->ledger_durable ? 0 : sup->service.now_ms + max_ms / 2;
    }
    log_info(draining, log_int("max_ms", drain->stops > 1 ? 0 : drain->until_ms - sup->service.now_ms),
             log_int("open_jobs", (int64_t)sup->open_jobs));
}

/* ---- interrupting ---- */

static bool is_time(const struct drain *drain, const struct supervisor *sup)
{
    return drain->interrupt_at_ms != 0 && sup->service.now_ms >= drain->interrupt_at_ms && sup->open_jobs > 0;
}

static void on_waiting(void *arg, struct job_row *row)
{
    struct supervisor *sup = arg;

    if (job_find(sup, row->id) == NULL)
        job_fail(job_new(sup, row), CODE_INTERRUPTED, NULL);
    else
        job_row_clear(row);
}

void drain_interrupt(const struct drain *drain, struct supervisor *sup)
{
    if (!is_time(drain, sup))
        return;
    sup->interrupting = true;
    for (struct job *job = sup->jobs; job != NULL; job = job->next)
        job_fail(job, CODE_INTERRUPTED, NULL);
    ledger_jobs_open(sup->ledger, 0, AT_ONCE, on_waiting, sup);
}

/* ---- leaving ---- */

static bool holds_nothing(const struct supervisor *sup)
{
    for (const struct worker *w = worker_pool_first(sup->pool); w != NULL; w = w->next)
        if (w->held > 0)
            return false;
    return blobs_idle(sup->blobs); /* else somebody's upload is on its way, or a result */
}

static bool owes_nothing(const struct supervisor *sup)
{
    return sup->service.conf->ledger_durable || (sup->open_jobs == 0 && outbox_empty(sup));
}

bool drain_turn(struct drain *drain, struct supervisor *sup)
{
    if (drain->stops == 0)
        return false;
    if (drain->stops > 1 || sup->service.now_ms >= (drain->left_ms != 0 ? drain->left_ms : drain->until_ms))
        return true;
    if (drain->left_ms == 0 && owes_nothing(sup) && holds_nothing(sup)) {
        drain->left_ms = sup->service.now_ms + LEAVE_MAX_MS;
        worker_pool_retire_all(sup->pool);
    }
    return drain->left_ms != 0 && worker_pool_empty(sup->pool);
}

int64_t drain_next(const struct drain *drain, const struct supervisor *sup)
{
    if (drain->stops == 0)
        return -1;
    if (drain->left_ms != 0)
        return drain->left_ms;
    if (drain->interrupt_at_ms != 0 && sup->open_jobs > 0 && drain->interrupt_at_ms < drain->until_ms)
        return drain->interrupt_at_ms;
    return drain->until_ms;
}

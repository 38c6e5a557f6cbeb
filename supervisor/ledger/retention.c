/* retention - see retention.h */
#include "supervisor/ledger/retention.h"

#include "proto/clock.h"
#include "proto/log.h"

/* LATE: an answer that comes long after its job has ended is still known by its attempt, and kept. */
enum { PASS_EVERY_S = 60, SLICE_EVERY_MS = 20, SLICE_ROWS = 256, LATE_MS = 3600 * 1000 };

/* ---- steps: true while there may be more ---- */

static bool sweep_attempts(struct retention *sweep)
{
    uint64_t before = sweep->lease;

    sweep->attempts +=
        ledger_sweep_attempts(sweep->ledger, clock_unix_ms() - LATE_MS, SLICE_ROWS, &sweep->lease);
    return sweep->lease != before;
}

static bool sweep_jobs(struct retention *sweep)
{
    unsigned gone = ledger_sweep_jobs(
        sweep->ledger, clock_unix_ms() - sweep->service->conf->retention_jobs_s * 1000, SLICE_ROWS);

    sweep->jobs += gone;
    return gone > 0;
}

static bool sweep_answers(struct retention *sweep)
{
    unsigned gone =
        ledger_sweep_cache(sweep->ledger, clock_unix_ms() - sweep->service->conf->retention_cache_s * 1000,
                           sweep->service->conf->retention_cache_mb << 20, SLICE_ROWS);

    sweep->answers += gone;
    return gone > 0;
}

static bool (*const steps[])(struct retention *) = {sweep_attempts, sweep_jobs, sweep_answers};
enum { STEPS = sizeof steps / sizeof steps[0] };

/* ---- passes ---- */

static int64_t pass_every_ms(const struct conf *conf)
{
    int64_t every_s = PASS_EVERY_S;

    if (conf->retention_jobs_s < every_s)
        every_s = conf->retention_jobs_s;
    if (conf->retention_cache_s < every_s)
        every_s = conf->retention_cache_s;
    return every_s * 1000;
}

static void end_pass(struct retention *sweep)
{
    if (sweep->attempts + sweep->jobs + sweep->answers > 0)
        log_info(retention_swept, log_int("jobs", (int64_t)sweep->jobs),
                 log_int("attempts", (int64_t)sweep->attempts), log_int("answers", (int64_t)sweep->answers));
    *sweep = (struct retention){.service = sweep->service, .ledger = sweep->ledger};
}

int64_t retention_turn(struct retention *sweep)
{
    if (sweep->service->draining)
        return -1;
    if (sweep->service->now_ms < sweep->due_ms)
        return sweep->due_ms;
    if (!steps[sweep->step](sweep))
        sweep->step++;
    if (sweep->step == STEPS) {
        end_pass(sweep);
        sweep->due_ms = sweep->service->now_ms + pass_every_ms(sweep->service->conf);
    } else
        sweep->due_ms = sweep->service->now_ms + SLICE_EVERY_MS;
    return sweep->due_ms;
}

/* ledger_retention - rows that are not needed any more; see ledger.h */
#include "supervisor/ledger/ledger_sql.h"

#include <string.h>

#include "proto/panic.h"

/* ---- attempts ---- */

unsigned ledger_sweep_attempts(struct ledger *ledger, int64_t before_ms, unsigned max, uint64_t *lease)
{
    sqlite3_stmt *st = sql_start(ledger, ST_ATTEMPTS_NEXT, "ii", (int64_t)*lease, (int64_t)max);
    int64_t last;

    must(sql_row(ledger, st));
    last = sqlite3_column_int64(st, 0);
    sqlite3_reset(st);
    if (last == 0)
        return 0;
    st = sql_start(ledger, ST_ATTEMPTS_SWEEP, "iii", (int64_t)*lease, last, before_ms);
    *lease = (uint64_t)last;
    return (unsigned)sql_finish(ledger, st);
}

/* ---- jobs ---- */

/* The oldest that may go; 0: none. */
static int64_t oldest_job(struct ledger *ledger, int64_t before_ms)
{
    sqlite3_stmt *st = sql_start(ledger, ST_JOB_OLDEST, "i", before_ms);
    int64_t job;

    if (!sql_row(ledger, st))
        return 0;
    job = sqlite3_column_int64(st, 0);
    sqlite3_reset(st);
    return job;
}

/* Whole, so that nobody sees half of it. Returns how many rows it had. */
static unsigned forget_job(struct ledger *ledger, int64_t job)
{
    int rows = sql_run(ledger, ST_JOB_MARK, "i", job); /* its number is never given out again */

    rows += sql_run(ledger, ST_SLIDES_DROP, "i", job);
    rows += sql_run(ledger, ST_ARTIFACTS_DROP, "i", job);
    rows += sql_run(ledger, ST_OUTBOX_DROP, "i", job);
    rows += sql_run(ledger, ST_BATCHES_DROP, "i", job);
    rows += sql_run(ledger, ST_JOB_DROP, "i", job);
    return (unsigned)rows;
}

unsigned ledger_sweep_jobs(struct ledger *ledger, int64_t before_ms, unsigned max)
{
    unsigned rows = 0, jobs = 0;
    int64_t job;

    while (rows < max && (job = oldest_job(ledger, before_ms)) != 0) {
        rows += forget_job(ledger, job);
        jobs++;
    }
    return jobs;
}

/* ---- cache ---- */

/* Drops the answer that was kept first, if there is one from before that time (Unix). Its size; -1: none. */
static int64_t drop_oldest(struct ledger *ledger, int64_t before_ms)
{
    sqlite3_stmt *st = sql_start(ledger, ST_CACHE_DROP, "i", before_ms);
    int64_t bytes;

    if (!sql_row(ledger, st))
        return -1;
    bytes = sqlite3_column_int64(st, 0);
    must(!sql_row(ledger, st));
    return bytes;
}

unsigned ledger_sweep_cache(struct ledger *ledger, int64_t before_ms, int64_t max_bytes, unsigned max)
{
    unsigned gone = 0;

    while (gone < max) {
        bool full = ledger->cache_bytes > max_bytes;
        int64_t bytes = drop_oldest(ledger, full ? INT64_MAX : before_ms);

        if (bytes == -1)
            break;
        ledger->cache_bytes -= bytes;
        gone++;
    }
    return gone;
}

/* watchdog - see watchdog.h */
#include "supervisor/schedule/watchdog.h"

#include <stdio.h>
#include <stdlib.h>

#include "proto/exits.h"
#include "proto/log.h"
#include "supervisor/schedule/dispatch.h"
#include "supervisor/schedule/outage.h"
#include "supervisor/supervisor.h"

/* AT_ONCE: jobs failed for their age in one turn. */
enum { LOOK_MAX_MS = 10000, LOOK_MIN_MS = 100, AT_ONCE = 32 };

/* ---- lanes ---- */

static void look_at_workers(const struct supervisor *sup, enum lane_id lane, struct stall_facts *facts)
{
    for (const struct worker *w = worker_pool_first(sup->pool); w != NULL; w = w->next) {
        if (w->kind != lane_kind(lane))
            continue;
        facts->credit = facts->credit || dispatch_has_credit(sup, w);
        for (const struct lease *lease = w->leases; lease != NULL; lease = lease->next)
            if (lease->work.lane == lane) {
                facts->held = true;
                if (lease->deadline_ms > facts->latest_ms)
                    facts->latest_ms = lease->deadline_ms;
            }
    }
}

static void kill_kind(struct supervisor *sup, enum stage_kind kind)
{
    for (struct worker *w = worker_pool_first(sup->pool); w != NULL; w = w->next)
        if (w->kind == kind && w->child.pid > 0)
            worker_kill(w, DEATH_STALLED);
}

static void on_stall(struct supervisor *sup, enum lane_id lane, const struct stall_facts *facts, bool afresh)
{
    sup->counters.stalled[lane]++;
    log_error(lane_stalled, log_str("lane", lane_name(lane)),
              log_int("due", (int64_t)lanes_due(sup->lanes, lane)), log_int("credit", facts->credit),
              log_int("held", facts->held), log_int("progress", (int64_t)facts->progress),
              log_int("max_ms", sup->service.conf->watchdog_stall_s * 1000),
              log_str("do", afresh ? "restart_supervisor" : "kill_workers"));
    if (afresh)
        exit(EXIT_SOFTWARE); /* our children die with us, or are adopted; recovery is the tested path */
    kill_kind(sup, lane_kind(lane));
}

static void look_at_lane(struct supervisor *sup, enum lane_id lane)
{
    struct stall_facts facts = {.progress = sup->counters.leased[lane] + sup->counters.settled[lane],
                                .due = lanes_due(sup->lanes, lane) > 0 && dispatch_allows(sup, lane) &&
                                       (lane_kind(lane) != STAGE_VISION || admission_allow(sup->admissions)),
                                .now_ms = sup->service.now_ms};
    enum stall_verdict verdict;

    look_at_workers(sup, lane, &facts);
    verdict = stall_judge(&sup->stalls[lane], &facts, sup->service.conf->watchdog_stall_s * 1000);
    if (verdict != STALL_FINE)
        on_stall(sup, lane, &facts, verdict == STALL_AFRESH);
}

int64_t watchdog_turn(struct supervisor *sup)
{
    int64_t next = -1;

    for (int i = 0; i < LANES && !sup->service.draining; i++) {
        int64_t at;

        look_at_lane(sup, (enum lane_id)i);
        at = stall_next(&sup->stalls[i], sup->service.conf->watchdog_stall_s * 1000);
        if (at != -1 && (next == -1 || at < next))
            next = at;
    }
    return next;
}

const char *watchdog_stalled(const struct supervisor *sup)
{
    for (int i = 0; i < LANES; i++)
        if (sup->stalls[i].strikes > 0)
            return lane_name((enum lane_id)i);
    return NULL;
}

/* ---- jobs ---- */

struct late {
    struct supervisor *sup;
    unsigned count;
};

static void on_late(void *arg, struct job_row *row)
{
    struct late *late = arg;
    struct supervisor *sup = late->sup;
    struct job *job = job_find(sup, row->id);
    char detail[160];

    snprintf(detail, sizeof detail, "not done within limits.job_s (%lld s), it was %s",
             (long long)sup->service.conf->limit_job_s,
             job_state_name(job == NULL ? row->state : job->row.state));
    if (job == NULL)
        job = job_new(sup, row);
    else
        job_row_clear(row);
    job_fail(job, CODE_JOB_DEADLINE, detail);
    late->count++;
}

/* The clock of jobs goes on evenly from our start, whatever is done to the machine's. */
static int64_t even_unix_ms(const struct supervisor *sup)
{
    return sup->start_unix_ms + (sup->service.now_ms - sup->start_ms);
}

int64_t watchdog_jobs(struct supervisor *sup)
{
    struct late late = {.sup = sup};
    int64_t every = sup->service.conf->limit_job_s * 100, before_ms;

    if (sup->open_jobs == 0 || sup->service.draining)
        return -1;
    if (sup->service.now_ms < sup->look_ms)
        return sup->look_ms;
    before_ms = even_unix_ms(sup) - sup->service.conf->limit_job_s * 1000;
    /* a batch takes its time, and that is what was asked for */
    ledger_jobs_late(sup->ledger, before_ms - sup->service.conf->economy_deadline_s * 1000, before_ms,
                     AT_ONCE, on_late, &late);
    every = every > LOOK_MAX_MS ? LOOK_MAX_MS : every;
    every = late.count == AT_ONCE || every < LOOK_MIN_MS ? LOOK_MIN_MS : every;
    sup->look_ms = sup->service.now_ms + every;
    return sup->look_ms;
}

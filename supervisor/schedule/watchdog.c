/* watchdog - see watchdog.h */
#include "supervisor/schedule/watchdog.h"

#include <stdlib.h>

#include "proto/exits.h"
#include "proto/log.h"
#include "proto/timer.h"
#include "supervisor/schedule/dispatch.h"
#include "supervisor/schedule/outage.h"

static void look_at_workers(const struct schedule *schedule, enum lane_id lane, struct stall_facts *facts)
{
    const struct lease *lease;

    for (const struct worker *w = NULL; (w = worker_pool_next(schedule->pool, lane_kind(lane), w)) != NULL;) {
        facts->credit = facts->credit || dispatch_has_credit(schedule, w);
        TAILQ_FOREACH(lease, worker_leases(w), link)
        {
            if (lease->work.lane != lane)
                continue;
            facts->held = true;
            if (lease->deadline_ms > facts->latest_ms)
                facts->latest_ms = lease->deadline_ms;
        }
    }
}

static void kill_kind(struct schedule *schedule, enum stage_kind kind)
{
    for (struct worker *w = NULL; (w = worker_pool_next(schedule->pool, kind, w)) != NULL;)
        if (!worker_is_local_client(w))
            worker_kill(w, DEATH_STALLED);
}

static void on_stall(struct schedule *schedule, enum lane_id lane, const struct stall_facts *facts,
                     bool afresh)
{
    schedule->stalled[lane]++;
    log_error(lane_stalled, log_str("lane", lane_name(lane)),
              log_int("due", (int64_t)lanes_due(schedule->lanes, lane)), log_int("credit", facts->credit),
              log_int("held", facts->held), log_int("progress", (int64_t)facts->progress),
              log_int("max_ms", schedule->service->conf->watchdog_stall_s * 1000),
              log_str("do", afresh ? "restart_supervisor" : "kill_workers"));
    if (afresh)
        exit(EXIT_SOFTWARE); /* our children die with us, or are adopted; recovery is the tested path */
    kill_kind(schedule, lane_kind(lane));
}

static void look_at_lane(struct schedule *schedule, enum lane_id lane)
{
    struct stall_facts facts = {
        .progress = schedule->leased[lane] + schedule->settled[lane],
        .due = dispatch_is_due(schedule, lane) &&
               (lane_kind(lane) != STAGE_VISION || admission_allow(schedule->admissions)),
        .now_ms = schedule->service->now_ms};
    enum stall_verdict verdict;

    look_at_workers(schedule, lane, &facts);
    verdict = stall_judge(&schedule->stalls[lane], &facts, schedule->service->conf->watchdog_stall_s * 1000);
    if (verdict != STALL_FINE)
        on_stall(schedule, lane, &facts, verdict == STALL_AFRESH);
}

int64_t watchdog_turn(struct schedule *schedule)
{
    int64_t next = TIMER_NONE;

    for (int i = 0; i < LANES && !schedule->service->draining; i++) {
        look_at_lane(schedule, (enum lane_id)i);
        next = timer_sooner(
            next, stall_next(&schedule->stalls[i], schedule->service->conf->watchdog_stall_s * 1000));
    }
    return next;
}

const char *watchdog_stalled(const struct schedule *schedule)
{
    for (int i = 0; i < LANES; i++)
        if (schedule->stalls[i].strikes > 0)
            return lane_name((enum lane_id)i);
    return NULL;
}

/* outage - see circuit_breaker.h */
#include "supervisor/schedule/outage.h"

#include <stdlib.h>

#include "proto/log.h"
#include "proto/timer.h"
#include "supervisor/base/production.h"

static int64_t max_ms(const struct schedule *schedule)
{
    return schedule->service->conf->limit_outage_s * 1000;
}

bool outage_absorbs_failure(struct schedule *schedule, const struct lease *lease,
                            const struct wire_failed *failed, int64_t failed_ms, bool charged)
{
    enum lane_id lane = lease->work.lane;
    struct breaker *outage = &schedule->breakers[lane];
    bool was_open = outage->open;
    bool suspect = charged || (failed_ms > 0 && outage->heard && outage->success_ms > failed_ms);
    enum breaker_verdict verdict;

    if (!failed->retryable || !breaker_code(lane, code_of(failed->code)))
        return false;
    verdict = breaker_failure(outage, lease->issued_ms, max_ms(schedule), suspect,
                              (int64_t)failed->retry_after_ms, (unsigned)rand(), schedule->service->now_ms);
    if (outage->open && !was_open)
        log_warn(outage_began, log_str("lane", lane_name(lane)), log_str("code", failed->code),
                 log_str("reason", failed->detail), log_int("max_ms", max_ms(schedule)));
    return verdict == BREAKER_WAIT;
}

/* Does the other side answer, though not as the work would like it? */
static bool got_through(const struct wire *result)
{
    static const enum code answers[] = {CODE_MODEL_REJECTED,   CODE_MODEL_REFUSED, CODE_MODEL_FILTERED,
                                        CODE_MODEL_CONTEXT,    CODE_MODEL_BLIND,   CODE_MODEL_TRUNCATED,
                                        CODE_MODEL_BAD_ANSWER, CODE_S3_NOT_FOUND};

    if (result->type != WIRE_FAILED)
        return true;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        if (code_of(result->failed.code) == answers[i])
            return true;
    return false;
}

void outage_on_settled(struct schedule *schedule, enum lane_id lane, const struct wire *result)
{
    int64_t since_ms = schedule->breakers[lane].since_ms;

    if (got_through(result) && breaker_success(&schedule->breakers[lane], schedule->service->now_ms))
        log_info(outage_ended, log_str("lane", lane_name(lane)),
                 log_int("ms", schedule->service->now_ms - since_ms));
}

static unsigned out_of(const struct schedule *schedule, enum lane_id lane)
{
    const struct lease *lease;
    unsigned out = 0;

    for (const struct worker *w = NULL; (w = worker_pool_next(schedule->pool, lane_kind(lane), w)) != NULL;)
        TAILQ_FOREACH(lease, worker_leases(w), link)
    out += lease->work.lane == lane;
    return out;
}

/* Is the work of that lane to wait until a variable is set? */
static bool is_held(unsigned lacks, enum lane_id lane)
{
    if (lane_kind(lane) == STAGE_VISION)
        return (lacks & 1u << LACK_MODEL) != 0;
    return lane_row(lane)->outage == OUTAGE_OF_STORE && (lacks & 1u << LACK_BUCKET) != 0;
}

bool outage_allows(const struct schedule *schedule, enum lane_id lane)
{
    const struct breaker *outage = &schedule->breakers[lane];

    if (is_held(schedule->service->lacks, lane))
        return false;
    return !outage->open ||
           breaker_allows(outage, out_of(schedule, lane), max_ms(schedule), schedule->service->now_ms);
}

int64_t outage_next(const struct schedule *schedule)
{
    int64_t next = TIMER_NONE;

    for (int i = 0; i < LANES; i++) {
        int64_t at = breaker_next(&schedule->breakers[i], schedule->service->now_ms);

        if (lanes_depth(schedule->lanes, (enum lane_id)i) > 0)
            next = timer_sooner(next, at);
    }
    return next;
}

int64_t outage_ms(const struct schedule *schedule, enum lane_id lane)
{
    return schedule->breakers[lane].open ? schedule->service->now_ms - schedule->breakers[lane].since_ms : -1;
}

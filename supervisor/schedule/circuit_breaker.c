/* circuit_breaker - see circuit_breaker.h */
#include "supervisor/schedule/circuit_breaker.h"

#include "proto/backoff.h"
#include "proto/timer.h"

enum { FIRST_MS = 5000, MAX_MS = 60000, TOLD_MAX_MS = 300000 };

bool breaker_code(enum lane_id lane, enum code code)
{
    switch (lane_row(lane)->outage) {
    case OUTAGE_OF_MODEL:
        return code == CODE_MODEL_UNAVAILABLE || code == CODE_MODEL_TIMEOUT ||
               code == CODE_MODEL_RATE_LIMITED;
    case OUTAGE_OF_STORE:
        return code == CODE_S3_UNAVAILABLE;
    default:
        return false;
    }
}

bool breaker_success(struct breaker *outage, int64_t now_ms)
{
    bool ended = outage->open;

    *outage = (struct breaker){.heard = true, .success_ms = now_ms};
    return ended;
}

static bool too_long(const struct breaker *outage, int64_t max_ms, int64_t now_ms)
{
    return now_ms - outage->since_ms >= max_ms;
}

static void look_later(struct breaker *outage, int64_t told_ms, unsigned jitter, int64_t now_ms)
{
    int64_t wait = backoff_ms(outage->looks, FIRST_MS, MAX_MS, jitter);

    if (told_ms > wait)
        wait = told_ms < TOLD_MAX_MS ? told_ms : TOLD_MAX_MS;
    outage->looks++;
    outage->look_at_ms = now_ms + wait;
}

enum breaker_verdict breaker_failure(struct breaker *outage, int64_t issued_ms, int64_t max_ms, bool suspect,
                                     int64_t told_ms, unsigned jitter, int64_t now_ms)
{
    if (max_ms == 0 || (suspect && !outage->open) || (outage->heard && outage->success_ms > issued_ms))
        return BREAKER_CHARGE;
    if (!outage->doubted) { /* one alone stops nobody */
        outage->doubted = true;
        outage->since_ms = now_ms;
    } else if (!outage->open) {
        outage->open = true;
        look_later(outage, told_ms, jitter, now_ms);
    } else if (issued_ms >= outage->look_at_ms) /* not one of those that were out when it began */
        look_later(outage, told_ms, jitter, now_ms);
    return too_long(outage, max_ms, now_ms) ? BREAKER_TOO_LONG : BREAKER_WAIT;
}

bool breaker_allows(const struct breaker *outage, unsigned out, int64_t max_ms, int64_t now_ms)
{
    return !outage->open || too_long(outage, max_ms, now_ms) || (out == 0 && now_ms >= outage->look_at_ms);
}

int64_t breaker_next(const struct breaker *outage, int64_t now_ms)
{
    return outage->open && now_ms < outage->look_at_ms ? outage->look_at_ms : TIMER_NONE;
}

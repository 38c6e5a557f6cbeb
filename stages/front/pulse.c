/* pulse - see pulse.h */
#include "stages/front/pulse.h"

#include <stdio.h>

void pulse_begin(struct pulse *pulse, int64_t now_ms)
{
    *pulse = (struct pulse){.heard_ms = now_ms, .asked_ms = now_ms - PULSE_EVERY_MS};
}

/* Bad news is looked after more often. */
static int64_t next_ms(const struct pulse *pulse)
{
    return pulse->asked_ms + (pulse->known && pulse->status < 300 ? PULSE_EVERY_MS : PULSE_EAGER_MS);
}

bool pulse_due(struct pulse *pulse, int64_t now_ms)
{
    if (pulse->asking || now_ms < next_ms(pulse))
        return false;
    pulse->asking = true;
    pulse->asked_ms = now_ms;
    return true;
}

int64_t pulse_next(const struct pulse *pulse, int64_t now_ms)
{
    int64_t next = next_ms(pulse);

    return pulse->asking || next <= now_ms ? now_ms + PULSE_EVERY_MS : next;
}

void pulse_heard(struct pulse *pulse, const struct wire_answer *answer, int64_t now_ms)
{
    pulse->asking = false;
    pulse->known = true;
    pulse->heard_ms = now_ms;
    pulse->status = answer->status;
    pulse->code = code_of(answer->code);
    snprintf(pulse->detail, sizeof pulse->detail, "%s", answer->detail);
}

static bool is_old(const struct pulse *pulse, int64_t now_ms, struct fault *fault)
{
    if (now_ms - pulse->heard_ms < PULSE_OLD_MS)
        return false;
    fault_set(fault, CODE_STALLED, "the supervisor has not answered for %lld s",
              (long long)(now_ms - pulse->heard_ms) / 1000);
    return true;
}

bool pulse_live(const struct pulse *pulse, int64_t now_ms, struct fault *fault)
{
    if (is_old(pulse, now_ms, fault))
        return false;
    if (!pulse->known || pulse->status < 300 || pulse->code != CODE_WEDGED)
        return true;
    fault_set(fault, pulse->code, "%s", pulse->detail);
    return false;
}

bool pulse_ready(const struct pulse *pulse, int64_t now_ms, struct fault *fault)
{
    if (is_old(pulse, now_ms, fault))
        return false;
    if (pulse->known && pulse->status < 300)
        return true;
    if (!pulse->known)
        fault_set(fault, CODE_NOT_READY, "the supervisor has not told its state yet");
    else
        fault_set(fault, pulse->code, "%s", pulse->detail);
    return false;
}

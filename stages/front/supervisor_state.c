/* supervisor_state - see supervisor_state.h */
#include "stages/front/supervisor_state.h"

#include <stdio.h>

void supervisor_state_begin(struct supervisor_state *state, int64_t now_ms)
{
    *state = (struct supervisor_state){
        .heard_ms = now_ms, .asked_ms = now_ms - PROBE_IDLE_MS, .wanted_ms = INT64_MIN};
}

/* Bad news is looked after more often. */
static int64_t next_ms(const struct supervisor_state *state)
{
    bool good = state->known && state->status<300, wanted = state->wanted_ms + DEMAND_MS> state->asked_ms;

    if (wanted)
        return state->asked_ms + (good ? PROBE_INTERVAL_MS : PROBE_RETRY_MS);
    return state->asked_ms + (good ? PROBE_IDLE_MS : PROBE_INTERVAL_MS);
}

bool supervisor_state_due(struct supervisor_state *state, int64_t now_ms)
{
    if (state->asking || now_ms < next_ms(state))
        return false;
    state->asking = true;
    state->asked_ms = now_ms;
    return true;
}

int64_t supervisor_state_next(const struct supervisor_state *state, int64_t now_ms)
{
    int64_t next = next_ms(state);

    return state->asking ? now_ms + PROBE_INTERVAL_MS : next;
}

void supervisor_state_heard(struct supervisor_state *state, const struct wire_answer *answer, int64_t now_ms)
{
    state->asking = false;
    state->known = true;
    state->heard_ms = now_ms;
    state->status = answer->status;
    state->code = code_of(answer->code);
    snprintf(state->detail, sizeof state->detail, "%s", answer->detail);
}

/* The supervisor's last word counts until a probe has waited too long for another. */
static bool is_old(const struct supervisor_state *state, int64_t now_ms, struct request_error *error)
{
    int64_t since_ms = state->known && !state->asking ? now_ms
                       : state->known                 ? state->asked_ms
                                                      : state->heard_ms;

    if (now_ms - since_ms < STATE_STALE_MS)
        return false;
    request_error_set(error, CODE_STALLED, "the supervisor has not answered for %lld s",
                      (long long)(now_ms - since_ms) / 1000);
    return true;
}

void supervisor_state_wanted(struct supervisor_state *state, int64_t now_ms)
{
    state->wanted_ms = now_ms;
}

bool supervisor_state_live(const struct supervisor_state *state, int64_t now_ms, struct request_error *error)
{
    if (is_old(state, now_ms, error))
        return false;
    if (!state->known || state->status < 300 || state->code != CODE_WEDGED)
        return true;
    request_error_set(error, state->code, "%s", state->detail);
    return false;
}

bool supervisor_state_ready(const struct supervisor_state *state, int64_t now_ms, struct request_error *error)
{
    if (is_old(state, now_ms, error))
        return false;
    if (state->known && state->status < 300)
        return true;
    if (!state->known)
        request_error_set(error, CODE_NOT_READY, "the supervisor has not told its state yet");
    else
        request_error_set(error, state->code, "%s", state->detail);
    return false;
}

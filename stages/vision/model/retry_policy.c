/* retry_policy - see retry_policy.h */
#include "stages/vision/model/retry_policy.h"

enum { REASKS = 1, REWRITES = 8, LENGTHENED = 1, MAX_CALLS = 900 };

static struct retry_step done(void)
{
    return (struct retry_step){.next = RETRY_DONE};
}

static struct retry_step fail(enum code code, bool retryable)
{
    return (struct retry_step){.next = RETRY_FAIL, .code = code, .retryable = retryable};
}

static struct retry_step call_after(unsigned waits)
{
    return (struct retry_step){.next = RETRY_CALL, .waits = waits};
}

/* One of a few second chances: at once if any is left. */
static struct retry_step use_chance(unsigned *used, unsigned max, enum code code)
{
    return ++*used > max ? fail(code, false) : call_after(0);
}

/* Out of tries, the API is to blame rather than the slide: it may be asked again later. */
static struct retry_step tried(struct retry_state *state, const struct retry_limits *limits, enum code code,
                               unsigned waits)
{
    return ++state->tries >= limits->tries ? fail(code, true) : call_after(waits);
}

/* Whoever gives the permits does the waiting. As long as others get through, being refused is only waiting
 * for a turn. */
static struct retry_step refused(struct retry_state *state, const struct retry_limits *limits,
                                 uint64_t successes, enum code code)
{
    bool others = state->refused && state->alive != successes;

    state->refused = true;
    state->alive = successes;
    return others ? call_after(0) : tried(state, limits, code, 0);
}

static struct retry_step answered(struct retry_state *state, const struct retry_limits *limits,
                                  enum doubt doubt)
{
    if (doubt == DOUBT_NONE || state->checking || !limits->checks)
        return done();
    state->checking = true;
    return call_after(0);
}

static struct retry_step step_of(struct retry_state *state, const struct classification *j, enum doubt doubt,
                                 const struct retry_limits *limits, uint64_t successes)
{
    switch (j->deed) {
    case DEED_DONE:
        return answered(state, limits, doubt);
    case DEED_AGAIN:
        return tried(state, limits, j->code, state->tries + 1);
    case DEED_QUEUED: /* whoever gives the permits does the waiting */
        return call_after(0);
    case DEED_SLOWER:
        return refused(state, limits, successes, j->code);
    case DEED_LONGER:
        return state->checking ? done() : use_chance(&state->lengthened, LENGTHENED, j->code);
    case DEED_REASK:
    case DEED_RESHAPE:
        return state->checking ? done() : use_chance(&state->reasks, REASKS, j->code);
    case DEED_PLAIN: /* the caller has taken the picture out: that happens once */
        return call_after(0);
    case DEED_REWRITE: /* more room than before is what it does not take */
        if (state->lengthened > 0 && (j->meaning == MEANS_CAP || j->meaning == MEANS_CONTEXT))
            return fail(CODE_MODEL_TRUNCATED, false);
        return use_chance(&state->rewrites, REWRITES, j->code);
    case DEED_ALL:
        return (struct retry_step){.next = RETRY_FAIL_ALL, .code = j->code};
    case DEED_SLIDE: /* refused with more room than before: it was the room that the model has not */
        return fail(state->lengthened > 0 && j->code == CODE_MODEL_REJECTED ? CODE_MODEL_TRUNCATED : j->code,
                    false);
    }
    return fail(j->code, false);
}

void retry_count_call(struct retry_state *state, uint64_t input_tokens, uint64_t output_tokens)
{
    state->calls++;
    state->input_tokens += input_tokens;
    state->output_tokens += output_tokens;
}

struct retry_step retry_next_step(struct retry_state *state, const struct classification *j, enum doubt doubt,
                                  const struct retry_limits *limits, uint64_t successes, int64_t told_ms,
                                  int64_t now_ms)
{
    struct retry_step next = step_of(state, j, doubt, limits, successes);

    if (next.next == RETRY_CALL && state->calls >= MAX_CALLS)
        next = fail(j->code, true);
    if (next.next == RETRY_CALL && now_ms + told_ms - state->born_ms >= limits->deadline_ms)
        next = fail(j->code, true); /* it would end as a killed worker, and take the others' calls with it */
    return next.next == RETRY_FAIL && state->checking ? done()
                                                      : next; /* an answer in hand is not thrown away */
}

enum call_verdict call_verdict_of(const struct classification *j, long status)
{
    if (j->deed == DEED_ALL)
        return VERDICT_FATAL;
    if (j->deed == DEED_SLOWER || status == 429)
        return VERDICT_REFUSED;
    if (j->code == CODE_MODEL_TIMEOUT && j->deed != DEED_DONE)
        return VERDICT_TIMED_OUT;
    if (j->deed == DEED_AGAIN || status == 0 || status >= 500)
        return VERDICT_FAILED;
    return status < 300 || j->deed == DEED_DONE ? VERDICT_DONE : VERDICT_REJECTED;
}

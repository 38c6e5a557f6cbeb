/* call - see call.h */
#include "stages/vision/model/call.h"

enum { REASKS = 1, REWRITES = 8, LENGTHENED = 1, MAX_CALLS = 900 };

static struct call_step done(void)
{
    return (struct call_step){.next = CALL_DONE};
}

static struct call_step fail(enum code code, bool retryable)
{
    return (struct call_step){.next = CALL_FAIL, .code = code, .retryable = retryable};
}

static struct call_step ask(unsigned waits)
{
    return (struct call_step){.next = CALL_ASK, .waits = waits};
}

/* One of a few second chances: at once if any is left. */
static struct call_step chance(unsigned *used, unsigned max, enum code code)
{
    return ++*used > max ? fail(code, false) : ask(0);
}

/* Out of tries, the API is to blame rather than the slide: it may be asked again later. */
static struct call_step tried(struct call *call, const struct call_limits *limits, enum code code,
                              unsigned waits)
{
    return ++call->tries >= limits->tries ? fail(code, true) : ask(waits);
}

/* Whoever gives the permits does the waiting. As long as others get through, being refused is only waiting
 * for a turn. */
static struct call_step refused(struct call *call, const struct call_limits *limits, uint64_t successes,
                                enum code code)
{
    bool others = call->refused && call->alive != successes;

    call->refused = true;
    call->alive = successes;
    return others ? ask(0) : tried(call, limits, code, 0);
}

static struct call_step answered(struct call *call, const struct call_limits *limits, unsigned doubts)
{
    if (doubts == 0 || call->checking || !limits->checks)
        return done();
    call->checking = true;
    return ask(0);
}

static struct call_step step(struct call *call, const struct classification *j, unsigned doubts,
                             const struct call_limits *limits, uint64_t successes)
{
    switch (j->deed) {
    case DEED_DONE:
        return answered(call, limits, doubts);
    case DEED_AGAIN:
        return tried(call, limits, j->code, call->tries + 1);
    case DEED_QUEUED: /* whoever gives the permits does the waiting */
        return ask(0);
    case DEED_SLOWER:
        return refused(call, limits, successes, j->code);
    case DEED_LONGER:
        return call->checking ? done() : chance(&call->lengthened, LENGTHENED, j->code);
    case DEED_REASK:
    case DEED_RESHAPE:
        return call->checking ? done() : chance(&call->reasks, REASKS, j->code);
    case DEED_PLAIN: /* the caller has taken the picture out: that happens once */
        return ask(0);
    case DEED_REWRITE: /* more room than before is what it does not take */
        if (call->lengthened > 0 && (j->meaning == MEANS_CAP || j->meaning == MEANS_CONTEXT))
            return fail(CODE_MODEL_TRUNCATED, false);
        return chance(&call->rewrites, REWRITES, j->code);
    case DEED_ALL:
        return (struct call_step){.next = CALL_FAIL_ALL, .code = j->code};
    case DEED_SLIDE: /* refused with more room than before: it was the room that the model has not */
        return fail(call->lengthened > 0 && j->code == CODE_MODEL_REJECTED ? CODE_MODEL_TRUNCATED : j->code,
                    false);
    }
    return fail(j->code, false);
}

void call_made(struct call *call, uint64_t input_tokens, uint64_t output_tokens)
{
    call->calls++;
    call->input_tokens += input_tokens;
    call->output_tokens += output_tokens;
}

struct call_step call_heard(struct call *call, const struct classification *j, unsigned doubts,
                            const struct call_limits *limits, uint64_t successes, int64_t told_ms,
                            int64_t now_ms)
{
    struct call_step next = step(call, j, doubts, limits, successes);

    if (next.next == CALL_ASK && call->calls >= MAX_CALLS)
        next = fail(j->code, true);
    if (next.next == CALL_ASK && now_ms + told_ms - call->born_ms >= limits->deadline_ms)
        next = fail(j->code, true); /* it would end as a killed worker, and take the others' calls with it */
    return next.next == CALL_FAIL && call->checking ? done()
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

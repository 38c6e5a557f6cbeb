/* call - see call.h */
#include "stages/vision/call.h"

enum { REASKS = 2, REWRITES = 4, LENGTHENED = 1 };

static struct call_step fail(enum code code, bool retryable)
{
    return (struct call_step){.next = CALL_FAIL, .code = code, .retryable = retryable};
}

static struct call_step wait(unsigned waits)
{
    return (struct call_step){.next = CALL_WAIT, .waits = waits};
}

/* One of a few second chances: at once if any is left. */
static struct call_step chance(unsigned *used, unsigned most, enum code code)
{
    return ++*used > most ? fail(code, false) : wait(0);
}

/* Out of tries, the API is to blame rather than the slide: it may be asked again later. */
static struct call_step tried(struct call *call, const struct call_limits *limits, enum code code)
{
    return ++call->tries >= limits->tries ? fail(code, true) : wait(call->tries);
}

/* As long as others get through, being refused is only waiting for a turn. */
static struct call_step refused(struct call *call, const struct call_limits *limits, uint64_t successes,
                                enum code code)
{
    bool others = call->refused && call->alive != successes;

    call->refused = true;
    call->alive = successes;
    return others ? wait(1) : tried(call, limits, code);
}

static struct call_step step(struct call *call, const struct judgement *j, const struct call_limits *limits,
                             uint64_t successes)
{
    switch (j->deed) {
    case DEED_DONE:
        return (struct call_step){.next = CALL_DONE};
    case DEED_AGAIN:
        return tried(call, limits, j->code);
    case DEED_SLOWER:
        return refused(call, limits, successes, j->code);
    case DEED_LONGER:
        return chance(&call->lengthened, LENGTHENED, j->code);
    case DEED_REASK:
        return chance(&call->reasks, REASKS, j->code);
    case DEED_REWRITE:
        return chance(&call->rewrites, REWRITES, j->code);
    case DEED_ALL:
        return (struct call_step){.next = CALL_FAIL_ALL, .code = j->code};
    case DEED_SLIDE:
        break;
    }
    return fail(j->code, false);
}

struct call_step call_heard(struct call *call, const struct judgement *j, const struct call_limits *limits,
                            uint64_t successes, int64_t told_ms, int64_t now_ms)
{
    struct call_step next;

    call->calls++;
    call->input_tokens += j->input_tokens;
    call->output_tokens += j->output_tokens;
    next = step(call, j, limits, successes);
    if (next.next == CALL_WAIT && now_ms + told_ms - call->born_ms >= limits->deadline_ms)
        return fail(j->code, true); /* it would end as a killed worker, and take the others' calls with it */
    return next;
}

/* call - the life of one lease with the model: how often, how long, and when it is over
 *
 * Pure: what was heard goes in, the next step comes out.  No socket and no clock of its own.
 *
 * Promise: every sequence of answers ends, in an answer or in a code, within the tries and the time allowed.
 */
#ifndef STAGES_VISION_CALL_H
#define STAGES_VISION_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "stages/vision/judge.h"

struct call_limits {
    unsigned tries;      /* calls that may fail before the slide does */
    int64_t deadline_ms; /* from lease to end */
};

struct call {
    int64_t born_ms;
    unsigned tries;  /* failed for reasons that count */
    unsigned reasks; /* answers that were not the JSON asked for */
    unsigned rewrites;
    unsigned lengthened; /* how often the answer was given more room */
    uint64_t alive;      /* successes of the process at our last refusal for speed */
    bool refused;        /* there was one */
    unsigned calls;      /* HTTP calls made */
    uint64_t input_tokens, output_tokens;
};

enum call_next { CALL_DONE, CALL_WAIT, CALL_FAIL, CALL_FAIL_ALL };

struct call_step {
    enum call_next next;
    unsigned waits; /* WAIT: which wait in a row this is, from 1, for the backoff; 0: at once */
    enum code code; /* FAIL */
    bool retryable; /* FAIL: the same work may succeed later */
};

/* successes: of the whole process so far, so that a refusal while others get through is a matter of turns,
 * not of failing. told_ms: the wait the API asked for, 0 if none. Adds the answer's tokens and the call to
 * the sums. */
struct call_step call_heard(struct call *call, const struct judgement *judgement,
                            const struct call_limits *limits, uint64_t successes, int64_t told_ms,
                            int64_t now_ms);

#endif

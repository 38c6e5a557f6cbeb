/* call - the life of one lease with the model: how often, how long, and when it is over
 *
 * Pure: what was heard goes in, the next step comes out.  No socket and no clock of its own.
 *
 * Promise: every sequence of answers ends, in an answer or in a code, within the tries and the time allowed.
 */
#ifndef STAGES_VISION_MODEL_CALL_H
#define STAGES_VISION_MODEL_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/enums.h"
#include "stages/vision/model/response_classify.h"

struct call_limits {
    unsigned tries;      /* calls that may fail before the slide does */
    int64_t deadline_ms; /* from lease to end */
    bool checks;         /* ask once more for an answer that says what the slide does not */
};

struct call {
    int64_t born_ms;
    unsigned tries;  /* failed for reasons that count */
    unsigned reasks; /* answers that were not the JSON asked for */
    unsigned rewrites;
    unsigned lengthened; /* how often the answer was given more room */
    bool checking;       /* there is an answer; a better one is asked for */
    uint64_t alive;      /* successes of the process at our last refusal for speed */
    bool refused;        /* there was one */
    unsigned calls;      /* HTTP calls made */
    uint64_t input_tokens, output_tokens;
};

/* DONE: the best answer there is counts. ASK: for another call. FAIL_ALL: in vain for every lease; if this
 * one is checking, it still has its answer. */
enum call_next { CALL_DONE, CALL_ASK, CALL_FAIL, CALL_FAIL_ALL };

struct call_step {
    enum call_next next;
    unsigned waits; /* ASK: which wait in a row before it this is, from 1, for the backoff; 0: at once */
    enum code code; /* FAIL */
    bool retryable; /* FAIL: the same work may succeed later */
};

/* Adds a call that was made, and its tokens, to the sums. */
void call_made(struct call *call, uint64_t input_tokens, uint64_t output_tokens);

/* What next, after an answer. doubts: what a good answer says without support. successes: of the whole
 * process so far, so that a refusal while others get through is a matter of turns, not of failing. told_ms:
 * the wait the API asked for, 0 if none. */
struct call_step call_heard(struct call *call, const struct classification *classification, unsigned doubts,
                            const struct call_limits *limits, uint64_t successes, int64_t told_ms,
                            int64_t now_ms);

/* How the call itself went, for those who govern the pace. */
enum call_verdict call_verdict_of(const struct classification *classification, long status);

#endif

/* retry_policy - how often and how long a lease asks the model, and when that is over
 *
 * Pure: what came of a call goes in, the next step comes out.  No socket and no clock of its own.
 *
 * Promise: every sequence of responses ends, in an answer or in a code, within the tries and the time
 * allowed.
 */
#ifndef STAGES_VISION_MODEL_RETRY_POLICY_H
#define STAGES_VISION_MODEL_RETRY_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/enums.h"
#include "stages/vision/model/response_classify.h"

struct retry_limits {
    unsigned tries;      /* calls that may fail before the slide does */
    int64_t deadline_ms; /* from lease to end */
    bool checks;         /* ask once more for an answer in doubt */
};

/* What a lease has used up. Starts as zeros, but for born_ms. */
struct retry_state {
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

/* DONE: the best answer there is counts. CALL: make another call. FAIL_ALL: every call of every lease would
 * be in vain; a lease that is checking still has its answer. */
enum retry_next { RETRY_DONE, RETRY_CALL, RETRY_FAIL, RETRY_FAIL_ALL };

struct retry_step {
    enum retry_next next;
    unsigned waits; /* CALL: which wait in a row before it this is, from 1, for the backoff; 0: at once */
    enum code code; /* FAIL */
    bool retryable; /* FAIL: the same work may succeed later */
};

/* Adds a call that was made, and its tokens, to the sums. */
void retry_count_call(struct retry_state *state, uint64_t input_tokens, uint64_t output_tokens);

/* What to do after a response. doubt: the worst of what a good answer says and its slide does not. successes:
 * of the whole process so far; a refusal while other leases get through is only waiting, and no failure.
 * told_ms: the wait that the API asked for, 0 if none. */
struct retry_step retry_next_step(struct retry_state *state, const struct classification *classification,
                                  enum doubt doubt, const struct retry_limits *limits, uint64_t successes,
                                  int64_t told_ms, int64_t now_ms);

/* How the call itself went, for the supervisor, which governs the pace. status: of HTTP, 0: no response. */
enum call_verdict call_verdict_of(const struct classification *classification, long status);

#endif

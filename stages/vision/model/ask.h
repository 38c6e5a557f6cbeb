/* ask - one lease's life with the model: from its first call to the answer or the code
 *
 * A lease is the permit for its first call; for every further one the ask asks (CALL) and waits for GO or
 * DENIED: the supervisor governs pace and money, the ask minds what an answer is worth (response_classify.c,
 * call.c), its backoff after failures and its deadline.  Every call that ends is reported (CALLED) before the
 * lease is.
 *
 * Promise: the lease is answered exactly once, by its subject's settle or by FAILED; then the ask is over,
 * and its owner frees it. Memory: an ask holds its lease's frames; a request body (a third larger than the
 * picture) exists only while it flies.
 */
#ifndef STAGES_VISION_MODEL_ASK_H
#define STAGES_VISION_MODEL_ASK_H

#include <stdbool.h>
#include <stdint.h>

#include "stages/lib/http_client.h"
#include "stages/lib/stage.h"
#include "stages/vision/model/call.h"
#include "stages/vision/model/endpoints.h"
#include "stages/vision/model/latency.h"
#include "stages/vision/model/prompt_templates.h"

struct ask;
struct ocr_process;

/* What all asks of a process share. */
struct asking {
    const struct conf *conf;
    struct http_client *net;
    struct prompt_templates *texts;
    struct endpoints *endpoints;
    struct ocr_process *ocr; /* NULL: there is none */
    struct call_limits limits;
    struct latency latency;
    uint64_t successes; /* calls that got through */
    int64_t sent_ms;    /* when the youngest of them was sent */
    enum code hopeless; /* no key, model or money: no call will get through; CODES: all is well */
    char fact[384];     /* and what was heard of it */
};

/* Takes the lease (EXPLAIN or OVERVIEW) over and makes its first call. */
struct ask *ask_new(struct asking *all, struct stage *stage, struct wire *lease);

/* Frees it; what flies is dropped without a word. */
void ask_free(struct ask **ask);

uint64_t ask_lease(const struct ask *ask);
bool ask_over(const struct ask *ask);

/* The supervisor's words. What does not fit the call asked for is stale gossip. */
void ask_go(struct ask *ask, const struct wire_go *go);
void ask_denied(struct ask *ask, const struct wire_denied *denied);
void ask_cancel(struct ask *ask);
void ask_adopted(struct ask *ask); /* there is a new supervisor: ask it again */

/* Asks for what is due. Returns ms until it must be called again, -1: when something is heard. */
int64_t ask_turn(struct ask *ask, int64_t now_ms);

/* Nothing will get through: ends it unless it flies, which will hear it itself. */
void ask_give_up(struct ask *ask, enum code code, const char *fact);

#endif

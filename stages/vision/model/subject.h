/* subject - what a lease asks the model about: one slide, or the whole lecture
 *
 * How often and when is asked is the same for both (model_lease.c); what differs stands here.
 */
#ifndef STAGES_VISION_MODEL_SUBJECT_H
#define STAGES_VISION_MODEL_SUBJECT_H

#include <stddef.h>

#include <jansson.h>

#include "proto/log.h"
#include "stages/lib/http_body.h"
#include "stages/lib/stage.h"
#include "stages/vision/model/retry_policy.h"
#include "stages/vision/model/dialect.h"
#include "conf/prompt_templates.h"

/* One call about it. */
struct question {
    const struct conf *conf;
    const struct prompt_templates *texts;
    const char *model;
    struct dialect dialect;
    unsigned max_tokens;
    const char *why;      /* the last answer could not be used, for this reason; NULL: there was none */
    const json_t *answer; /* in hand, and says what its slide does not; NULL: there is none */
};

/* One way of asking. */
struct inquiry {
    /* The JSON body of a call. The caller frees it, and may free the lease first. */
    struct http_body *(*body)(struct wire *lease, const struct question *question);

    /* As struct wanted has it; arg is the lease. */
    json_t *(*clean)(void *lease, const json_t *raw, const char **why);
};

struct subject {
    enum log_event done, failed; /* what the log says at its ends */

    struct inquiry ask;

    /* What is asked while an answer is in hand in which something is in doubt; and that answer with what was
     * heard, which the caller owns. NULL: nothing ever is in doubt. */
    struct inquiry correct;
    json_t *(*corrected)(const json_t *answer, const json_t *heard);

    /* Takes out of the lease what is too large for the model. False: there is nothing, or nothing would be
     * left to ask by. NULL: never. */
    bool (*lighten)(struct wire *lease);

    /* Marks in the answer what it says without support; returns how much that is. NULL: nothing to hold it
     * against. */
    unsigned (*check)(struct wire *lease, const struct conf *conf, json_t *answer);

    /* Answers the lease. */
    void (*settle)(struct stage *stage, struct wire *lease, const struct conf *conf, const char *model,
                   const struct retry_state *calls, const json_t *answer);
};

/* EXPLAIN and OVERVIEW. */
extern const struct subject subject_slide, subject_lecture;

/* How a slide with an answer ended: explained, or from its text only. */
enum outcome slide_outcome(struct wire *lease, const struct conf *conf);

#endif

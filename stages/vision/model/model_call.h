/* model_call - one HTTP call of the model under way, and what came back of it */
#ifndef STAGES_VISION_MODEL_MODEL_CALL_H
#define STAGES_VISION_MODEL_MODEL_CALL_H

#include <stdint.h>

#include "stages/lib/http_client.h"
#include "stages/lib/stage.h"
#include "stages/vision/model/endpoints.h"
#include "stages/vision/model/response_classify.h"
#include "stages/vision/model/subject.h"

struct model_call {
    /* whose call it is; borrowed */
    struct http_client *net;
    struct endpoints *endpoints;
    struct stage *stage;
    struct wire *lease;
    void (*done)(struct model_call *call, const struct http_answer *answer);
    void *arg;

    /* the call */
    struct http_transfer *transfer; /* NULL: none is under way */
    unsigned number;                /* of the call among those of its lease */
    int64_t sent_at_ms;
    const struct inquiry *inquiry;   /* set before the start */
    const struct endpoint *endpoint; /* set before the start */
    uint64_t turn;                   /* as endpoints_pick gave it */
    struct dialect used;
    uint64_t before; /* successes of the process until then; for its owner */
    unsigned asked;  /* most tokens it may write */
};

/* Sends the question; done is called once, when the call is over. number: of the
 * call among those of its lease, for the request id. */
void model_call_start(struct model_call *call, unsigned number, const struct question *question);

/* Cancels the call, if it is under way; done is not called. */
void model_call_drop(struct model_call *call);

/* Judges the response (response_classify.h). The caller owns what classification holds. */
void model_call_classify(const struct model_call *call, const struct http_answer *answer,
                         struct classification *classification);

/* Reports the call to the supervisor (CALLED). easy NULL: the call was dropped, and there are no headers.
 * model: the one that the response names; "": it names none. */
void model_call_report(const struct model_call *call, enum call_verdict verdict, long status, CURL *easy,
                       const char *model, uint64_t input_tokens, uint64_t output_tokens);

/* A header of the response, borrowed; "" if there is none. */
const char *model_call_header(CURL *easy, const char *name);

#endif

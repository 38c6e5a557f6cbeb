/* model_lease_state - what the parts of a model lease share
 *
 * For three files alone: model_lease.c makes the calls, model_lease_response.c takes their responses,
 * model_lease_result.c answers the lease.
 */
#ifndef STAGES_VISION_MODEL_MODEL_LEASE_STATE_H
#define STAGES_VISION_MODEL_MODEL_LEASE_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "stages/lib/stage.h"
#include "stages/vision/model/model_call.h"
#include "stages/vision/model/model_client.h"
#include "stages/vision/model/response_classify.h"
#include "stages/vision/model/retry_policy.h"
#include "stages/vision/model/subject.h"

enum { MAX_CALLS = 2 };

struct model_lease {
    TAILQ_ENTRY(model_lease) link; /* in a list of its client */
    bool calling;                  /* in which one */
    struct model_client *client;
    struct stage *stage;
    const struct subject *subject;
    struct wire wire; /* the lease itself, and its frames */
    uint64_t number;  /* the lease's */
    const char *job;
    unsigned slide; /* 0: the whole lecture */
    struct retry_state retry;
    struct model_call calls[MAX_CALLS]; /* the second one is the hedge */
    unsigned permits;                   /* asked for so far, the lease's own included */
    unsigned asked;                     /* number of the call whose permit is not answered yet; 0: none */
    unsigned max_tokens;                /* what the next call may write */
    unsigned waiting;     /* number of the call that has its permit and no endpoint yet; 0: none */
    int64_t next_call_ms; /* when to ask for the next permit, if no call is under way and none is asked for */
    bool hedged, over;
    bool plain;           /* its picture has been taken out */
    json_t *answer;       /* the best so far */
    json_t *spare;        /* without one: what can stand if none comes */
    const char *model;    /* who gave it */
    unsigned unsupported; /* claims of the answer */
    enum doubt doubt;     /* the worst of them */
    char why[384];        /* what is wrong with the last answer; "": nothing */

    /* OCR, where a page has no text and its picture is of no use */
    bool ocr_asked, ocr_read;                /* it was asked for; and frame 0 is what it read */
    void (*after_ocr)(struct model_lease *); /* what waits for it; NULL: nothing does */
    struct classification heard;             /* of the call before */
    struct ending {
        enum code code;
        char fact[384], detail[768];
    } ending;
};

/* model_leases.c: it has something to do in the next turn. */
void model_lease_wake(struct model_lease *lease);

/* model_lease.c */

/* How many of its calls are under way: 0 to MAX_CALLS. */
unsigned model_lease_calls_under_way(const struct model_lease *lease);

/* Asks the supervisor for the permit of the next call. */
void model_lease_request_call(struct model_lease *lease);

/* Takes the picture out of the lease, so that the next call asks by its text. False: there is no text. */
bool model_lease_drop_picture(struct model_lease *lease);

/* model_lease_response.c: takes the response of a call that is over. */
void model_lease_on_response(struct model_call *call, const struct http_answer *answer);

/* model_lease_result.c */

/* Has the picture of a page without text read by OCR, and calls then. False: there is nothing to read, or no
 * OCR; then is not called. */
bool model_lease_ocr_first(struct model_lease *lease, void (*then)(struct model_lease *));

/* Cancels the calls under way and reports them. The API never says what it charges for such a call: as much
 * as the other one cost is assumed. */
void model_lease_drop_calls(struct model_lease *lease, uint64_t input_tokens, uint64_t output_tokens);

/* Answers the lease with the answer in hand. */
void model_lease_settle(struct model_lease *lease);

/* Answers the lease with the answer in hand; without one, with FAILED and the code. told_ms: the wait the API
 * asked for. fact: for the log; detail: for the job's owner, made of code and fact by the first. */
void model_lease_fail(struct model_lease *lease, enum code code, bool retryable, int64_t told_ms,
                      const char *fact);
void model_lease_fail_with(struct model_lease *lease, enum code code, bool retryable, int64_t told_ms,
                           const char *fact, const char *detail);

#endif

/* call_in_flight - one model call under way, and what came back of it */
#ifndef STAGES_VISION_MODEL_CALL_IN_FLIGHT_H
#define STAGES_VISION_MODEL_CALL_IN_FLIGHT_H

#include <stdint.h>

#include "stages/lib/http_client.h"
#include "stages/lib/stage.h"
#include "stages/vision/model/endpoints.h"
#include "stages/vision/model/response_classify.h"
#include "stages/vision/model/subject.h"

struct call_in_flight {
    /* whose call it is; borrowed */
    struct http_client *net;
    struct endpoints *endpoints;
    struct stage *stage;
    const struct subject *subject;
    struct wire *lease;
    void (*done)(struct call_in_flight *flight, const struct http_answer *answer);
    void *arg;

    /* the call */
    struct http_transfer *transfer; /* NULL: none is under way */
    char *body;
    unsigned call; /* its number */
    int64_t sent_at_ms;
    const struct endpoint *endpoint; /* set before the start */
    uint64_t turn;                   /* as endpoints_pick gave it */
    struct dialect used;
    uint64_t before; /* successes of the process until then; for its owner */
    unsigned asked;  /* most tokens it may write */
};

/* Sends the question; done is called once, when the flight is over and the body given back. */
void call_in_flight_start(struct call_in_flight *flight, unsigned call, const struct question *question);

/* Ends it without a word. */
void call_in_flight_drop(struct call_in_flight *flight);

/* What the answer is worth. */
void call_in_flight_classify(const struct call_in_flight *flight, const struct http_answer *answer,
                             struct classification *classification);

/* Tells the supervisor how it went (CALLED). easy NULL: it was dropped, and no headers came. model: who says
 * that it answered; "": nobody does. */
void call_in_flight_report(const struct call_in_flight *flight, enum call_verdict verdict, long status,
                           CURL *easy, const char *model, uint64_t input_tokens, uint64_t output_tokens);

/* A header of the answer; "" if there is none. */
const char *call_in_flight_header(CURL *easy, const char *name);

#endif

/* ask_inside - what the parts of an ask share: ask.c asks, ask_hear.c hears, ask_end.c answers the lease
 *
 * For these three files alone.
 */
#ifndef STAGES_VISION_MODEL_ASK_INSIDE_H
#define STAGES_VISION_MODEL_ASK_INSIDE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "stages/vision/model/ask.h"
#include "stages/vision/model/call_in_flight.h"
#include "stages/vision/model/response_classify.h"
#include "stages/vision/model/subject.h"

enum { FLIGHTS = 2 };

struct ask {
    struct asking *all;
    struct stage *stage;
    const struct subject *subject;
    struct wire lease;
    uint64_t number; /* the lease's */
    const char *job;
    unsigned slide; /* 0: the whole lecture */
    struct call call;
    struct call_in_flight flights[FLIGHTS]; /* the second one is the hedge */
    unsigned permits;                       /* asked for so far, the lease's own included */
    unsigned asked;                         /* the call of the permit not answered yet; 0: none */
    unsigned max_tokens;                    /* what the next call may write */
    unsigned held;                          /* the call that has its permit and no endpoint yet; 0: none */
    int64_t ask_at_ms; /* when to ask for the next, if nothing flies and none is asked for */
    bool hedged, over;
    bool plain;        /* its picture has been taken out */
    json_t *answer;    /* the best so far */
    json_t *spare;     /* without one: what can stand if none comes */
    const char *model; /* who gave it */
    unsigned doubts;
    char why[384]; /* what is wrong with the last answer; "": nothing */

    /* OCR, where a page has no text and its picture is of no use */
    bool looked, read;               /* it was asked for; and frame 0 is what it read */
    void (*after_ocr)(struct ask *); /* what waits for it; NULL: nothing does */
    struct classification heard;     /* of the call before */
    struct ending {
        enum code code;
        char fact[384], detail[768];
    } ending;
};

/* ask.c */
unsigned ask_flying(const struct ask *ask);
void ask_for_call(struct ask *ask);
bool ask_lighten(struct ask *ask); /* takes the picture out, if there is text to ask by */

/* ask_hear.c: a flight is over */
void ask_on_heard(struct call_in_flight *flight, const struct http_answer *answer);

/* ask_end.c */

/* Has a picture without text read; then goes on. False: there is nothing to read, or nobody who could. */
bool ask_read_first(struct ask *ask, void (*then)(struct ask *));

/* Calls that nobody waits for any more. What the API charges for one it never says: as much as the other
 * cost. */
void ask_leave_flights(struct ask *ask, uint64_t input_tokens, uint64_t output_tokens);

void ask_settle(struct ask *ask);

/* With an answer in hand, that is the end of it; without one, the code is. */
void ask_end(struct ask *ask, enum code code, bool retryable, int64_t told_ms, const char *fact);
void ask_end_with(struct ask *ask, enum code code, bool retryable, int64_t told_ms, const char *fact,
                  const char *detail);

#endif

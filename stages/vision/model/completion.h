/* completion - what a chat completion says: its texts, how it ended, what it cost
 *
 * Pure.  https://platform.openai.com/docs/api-reference/chat/object, and what compatible servers make of it:
 * the answer as a list of parts, as an object, as the arguments of a tool call, or in reasoning_content;
 * words of other APIs for the end.
 */
#ifndef STAGES_VISION_MODEL_COMPLETION_H
#define STAGES_VISION_MODEL_COMPLETION_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

enum finish {
    FINISH_STOP,     /* it said all it wanted, or does not tell */
    FINISH_LENGTH,   /* it was cut at the limit of tokens or context */
    FINISH_FILTERED, /* a filter ended it */
    FINISH_REFUSED,  /* the model did */
    FINISH_BROKEN    /* something failed at the provider's */
};

enum { COMPLETION_SOURCES = 6 };

struct completion {
    enum finish finish;
    const char *word;                     /* finish_reason as said, borrowed; "" if it is none */
    const char *refusal;                  /* borrowed; NULL: none */
    json_t *sources[COMPLETION_SOURCES];  /* where the answer may stand, likeliest first: texts or objects;
                                             NULL  ends them */
    bool empty;                           /* it says nothing anywhere */
    bool thinks;                          /* thinking aloud is all that there is */
    uint64_t input_tokens, output_tokens; /* 0: not told */
};

/* What root says; it outlives the completion. */
struct completion completion_read(const json_t *root);
void completion_clear(struct completion *completion);

/* Status of an error that the body tells although HTTP said 200, 502 if it names none; *holder: the object
 * whose member "error" it is (borrowed). 0: there is none. */
long completion_error(const json_t *root, const json_t **holder);

#endif

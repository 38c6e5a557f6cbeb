/* response_classify - what the model sent back, judged
 *
 * Pure: HTTP status, headers' gist and body in; deed, code, tokens and (if there is one) the clean answer
 * out. Order of classification: transport and HTTP errors (also those told under 200), refusal, filter, a
 * whole answer wherever it stands, a cut one, what the provider broke off, silence, a refusal in plain words,
 * anything else.
 */
#ifndef STAGES_VISION_MODEL_RESPONSE_CLASSIFY_H
#define STAGES_VISION_MODEL_RESPONSE_CLASSIFY_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "stages/vision/model/model_error.h"

struct heard {
    long status;              /* HTTP; 0: the transport failed */
    int timed_out, too_large; /* why it failed, if status is 0 */
    int should_retry;         /* x-should-retry: 1, 0, -1 absent */
    const char *secret;       /* a key that no detail may show; NULL: none */
    const char *body;
    size_t size;
};

struct classification {
    enum deed deed;
    enum code code; /* for every deed but DONE */
    json_t *answer; /* DONE: owned by the caller */
    json_t *spare;  /* any other deed: what of the answer can stand if nothing better comes, owned by the
                       caller; NULL:  nothing */
    uint64_t input_tokens, output_tokens;
    enum meaning meaning;   /* of an HTTP error */
    struct error_said said; /* what it says in full */
    char model[128];        /* the one that answered, as it says itself; "": it does not */
    char detail[384];       /* what to add to the code's sentence: HTTP status, the API's word and sentence */
};

/* What an answer must be: clean makes of the model's JSON an answer of ours, or returns NULL and says in a
 * few static words what is wrong with it. */
struct wanted {
    json_t *(*clean)(void *arg, const json_t *raw, const char **why);
    void *arg;
};

void response_classify(const struct heard *heard, const struct wanted *wanted,
                       struct classification *classification);

#endif

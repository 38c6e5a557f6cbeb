/* content - the answer's JSON in what the model wrote around it
 *
 * Pure.  Models think aloud first, greet, put fences around the JSON or end-of-text tokens behind it, and put
 * JSON into a JSON string.  Each value in the text is tried; of those that are an answer the last one counts,
 * and one behind the thinking before one inside it.
 */
#ifndef STAGES_VISION_MODEL_CONTENT_H
#define STAGES_VISION_MODEL_CONTENT_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct content {
    json_t *answer;  /* clean, owned by the caller; NULL: there is none */
    bool cut;        /* it ends in the middle: what is complete of it */
    bool json;       /* there was a JSON object at all */
    bool torn;       /* there was one that ends in the middle */
    const char *why; /* what is wrong, a few static words; there is no answer */
};

/* clean: as struct wanted has it (response_classify.h). source: a JSON string or an object. */
struct content content_find(const json_t *source,
                            json_t *(*clean)(void *arg, const json_t *raw, const char **why), void *arg);

/* A text without JSON as what it can stand for: {"prose": true, "explanation": [its paragraphs]}, a new
 * object. NULL: it is too little for that. */
json_t *content_prose(const char *text);

/* Does a text without JSON decline to answer, in one of several languages? Only short texts that begin so. */
bool content_refuses(const char *text);

#endif

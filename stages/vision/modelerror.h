/* modelerror - what to do about an HTTP error of the model API
 *
 * One table: status and error code (or type) in, deed and our own code out.
 * Source: the API's error guide, https://platform.openai.com/docs/guides/error-codes, and what compatible
 * servers send.
 */
#ifndef STAGES_VISION_MODELERROR_H
#define STAGES_VISION_MODELERROR_H

#include <stdbool.h>

#include "proto/codes.h"

enum deed {
    DEED_DONE,    /* an answer */
    DEED_AGAIN,   /* ask again after a while */
    DEED_SLOWER,  /* ask again, all calls slower */
    DEED_LONGER,  /* the answer was cut: ask again with more room */
    DEED_REASK,   /* the answer was not the JSON asked for */
    DEED_REWRITE, /* the endpoint takes another dialect, or there is another endpoint: ask again at once */
    DEED_PLAIN,   /* its picture is more than the endpoint takes: ask without it */
    DEED_SLIDE,   /* in vain for this slide */
    DEED_ALL,     /* in vain for every slide: key, model or money */
};

/* should_retry: the x-should-retry header, 1 true, 0 false, -1 absent. word: error.code, kind: error.type;
 * may be NULL. */
enum deed modelerror_find(long status, const char *word, const char *kind, int should_retry, enum code *code);

#endif

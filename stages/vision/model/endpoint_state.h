/* endpoint_state - what is known of each endpoint
 *
 * For two files alone: endpoints.c picks an endpoint for a call, endpoints_learn.c takes in what came of it.
 */
#ifndef STAGES_VISION_MODEL_ENDPOINT_STATE_H
#define STAGES_VISION_MODEL_ENDPOINT_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include <curl/curl.h>

#include "stages/vision/model/endpoint.h"

enum { LEARNED_ROOM = 64 * MAX_ENDPOINTS };

struct place {
    struct endpoint shown; /* first, so that a pointer to it is one to the place */
    char *url;
    struct curl_slist *fixed;     /* the headers of every call: key and configured ones */
    uint64_t print;               /* of URL and model: whose dialect it is */
    char kept[DIALECT_ROOM];      /* as last told to be remembered */
    unsigned failures;            /* in a row */
    bool proven;                  /* an answer came back as asked for, in this dialect */
    bool tried;                   /* what it makes of a format is known, as far as a first answer says it */
    uint64_t try_turn;            /* the call that tries; 0: none */
    int64_t try_ms, try_until_ms; /* how long the others wait for it */
    bool guessed;                 /* all guesses were in vain: no more of them */
    struct dialect first;         /* before anything was learned */
    int64_t down_until_ms;        /* 0: it is not */
    int64_t look_until_ms;        /* until when the call that looks is to be heard of; 0: none looks */
    uint64_t look_turn;           /* which call that is */
    bool hard;                    /* down for a reason that trying does not mend */
};

struct endpoints {
    struct place places[MAX_ENDPOINTS];
    unsigned count;
    uint64_t turn; /* of the last call */
    char learned[LEARNED_ROOM];
};

struct place *endpoints_place(struct endpoints *endpoints, const struct endpoint *endpoint);

#endif

/* model_client - what all calls of a process to the model share */
#ifndef STAGES_VISION_MODEL_MODEL_CLIENT_H
#define STAGES_VISION_MODEL_MODEL_CLIENT_H

#include <stdint.h>
#include <sys/queue.h>

#include "conf/conf.h"
#include "proto/codes.h"
#include "stages/lib/http_client.h"
#include "stages/vision/model/endpoints.h"
#include "stages/vision/model/latency.h"
#include "conf/prompt_templates.h"
#include "stages/vision/model/retry_policy.h"

struct ocr_process;

enum { CALLS_BY_HAND = 64 };

TAILQ_HEAD(model_lease_list, model_lease);

struct model_client {
    const struct conf *conf;
    struct http_client *net;
    struct prompt_templates *texts;
    struct endpoints *endpoints;
    struct ocr_process *ocr; /* NULL: there is none */
    struct retry_limits limits;
    struct model_lease_list busy, calling; /* see model_leases.h */
    struct latency latency;
    uint64_t successes; /* calls that got through */
    int64_t sent_ms;    /* when the youngest of them was sent */
    enum code hopeless; /* no key, model or money: no call will get through; CODES: all is well */
    char fact[384];     /* and what the API said */
};

/* Calls at once. The supervisor says a number; who starts the program by hand may say none. */
static inline unsigned model_client_calls(const struct conf *conf)
{
    return conf->vision_in_flight == 0 ? CALLS_BY_HAND : (unsigned)conf->vision_in_flight;
}

#endif

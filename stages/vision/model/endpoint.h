/* endpoint - one place where the model is asked, as a call needs it */
#ifndef STAGES_VISION_MODEL_ENDPOINT_H
#define STAGES_VISION_MODEL_ENDPOINT_H

#include "conf/setting.h"
#include "stages/vision/model/dialect.h"

enum { MAX_ENDPOINTS = MAX_SETTINGS };

/* Lives as long as the endpoints (endpoints.h). */
struct endpoint {
    unsigned index; /* 0 the first, 1 and 2 the fallbacks */
    const char *url, *model;
    const char *key;        /* not to be shown; "": none */
    struct dialect dialect; /* to write the next request in */
};

#endif

/* endpoint - where the model is asked: URL, key, and the dialect it is known to take */
#ifndef STAGES_VISION_ENDPOINT_H
#define STAGES_VISION_ENDPOINT_H

#include <curl/curl.h>

#include "stages/vision/dialect.h"

struct endpoint {
    char *url;
    char *authorization; /* the whole header; NULL: no key */
    struct dialect dialect;
};

/* base_url "": the API's own. key "": none is sent. */
void endpoint_open(struct endpoint *endpoint, const char *base_url, const char *key);
void endpoint_close(struct endpoint *endpoint);

/* Headers of one call; the caller owns the list. id: ours for this call, printable ASCII, at most 512 bytes:
 * the only handle on a call that timed out. */
struct curl_slist *endpoint_headers(const struct endpoint *endpoint, const char *id);

#endif

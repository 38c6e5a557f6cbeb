/* batch_http - one HTTP request of the batch API after another, for one batch
 *
 * Only the first endpoint is asked.  A response other than 2xx, or one that is not JSON where JSON was asked
 * for, ends in the caller's failed; all others in the request's own done.
 */
#ifndef STAGES_VISION_MODEL_BATCH_HTTP_H
#define STAGES_VISION_MODEL_BATCH_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "proto/codes.h"
#include "stages/lib/http_client.h"
#include "stages/vision/model/model_client.h"

/* root: the object that the response is; NULL: a file was asked for. */
typedef void batch_http_done(void *arg, const struct http_answer *answer, const json_t *root);

/* The requests of one batch; none or one is under way. The caller fills in the first five. */
struct batch_http {
    const struct model_client *client; /* borrowed */
    uint64_t lease;
    void (*failed)(void *arg, enum code code, bool retryable, int64_t told_ms, const char *detail);
    void *arg; /* for failed and each done */
    bool file; /* the next response is a file, not a JSON object */

    batch_http_done *done;
    struct http_transfer *transfer; /* NULL: none is under way */
};

/* GET of a path with a query ("": none), both percent-encoded. */
void batch_http_get(struct batch_http *http, const char *path, const char *query, batch_http_done *done);

/* POST of a JSON object, which is taken over. */
void batch_http_post(struct batch_http *http, const char *path, json_t *object, batch_http_done *done);

/* POST of a body of that Content-Type, which is taken over. */
void batch_http_upload(struct batch_http *http, const char *path, const char *content_type,
                       struct http_body *body, batch_http_done *done);

/* Cancels the request under way, if there is one: neither done nor failed is called for it. */
void batch_http_cancel(struct batch_http *http);

#endif

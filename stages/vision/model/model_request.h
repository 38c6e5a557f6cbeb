/* model_request - the body of one model call, in the words of the endpoint's dialect
 *
 * POST {base}/chat/completions, https://platform.openai.com/docs/api-reference/chat/create.
 */
#ifndef STAGES_VISION_MODEL_MODEL_REQUEST_H
#define STAGES_VISION_MODEL_MODEL_REQUEST_H

#include <stddef.h>
#include <stdio.h>

#include <jansson.h>

#include "stages/lib/http_body.h"
#include "stages/vision/model/dialect.h"

struct model_request {
    const char *model, *detail;
    json_t *system, *user; /* JSON strings; taken over */
    const void *jpeg;      /* borrowed for the life of the body; NULL: text only */
    size_t jpeg_size;
    unsigned max_tokens;
    struct dialect dialect;
    const char *schema_name;
    json_t *schema; /* taken over; sent only where the dialect takes it */
};

/* The JSON body; the caller frees it. */
struct http_body *model_request_body(struct model_request *request);

/* What write() writes, as a JSON string for system or user; it must be valid UTF-8. */
json_t *model_request_text(void (*write)(FILE *out, const void *arg), const void *arg);

#endif

/* answer_body - the bytes of an API's answer as JSON
 *
 * Pure.  It takes what servers and gateways put around the JSON: a byte order mark, NULs, comment lines that
 * keep a connection alive, a trailing "data: [DONE]", UTF-16, gzip; and an event stream in its place.
 */
#ifndef STAGES_VISION_MODEL_ANSWER_BODY_H
#define STAGES_VISION_MODEL_ANSWER_BODY_H

#include <stddef.h>

#include <jansson.h>

/* The value, owned by the caller; NULL: it is no JSON. */
json_t *answer_body_read(const char *bytes, size_t size);

#endif

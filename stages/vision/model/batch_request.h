/* batch_request - the form that uploads a batch, and texts in the responses of the batch API
 *
 * Pure but for random bytes. Source: https://platform.openai.com/docs/api-reference/batch.
 */
#ifndef STAGES_VISION_MODEL_BATCH_REQUEST_H
#define STAGES_VISION_MODEL_BATCH_REQUEST_H

#include <stddef.h>

#include <jansson.h>

#include "stages/lib/http_body.h"

enum { BATCH_TYPE_ROOM = 128, MAX_BATCH_NAME = 512 /* as the field batch has it */ };

/* A member that is a text; "" if it is none. Borrowed. */
const char *batch_text(const json_t *object, const char *member);

/* A name of the provider's, of at most so many bytes: graphic ASCII, and not dots alone, which mean something
 * in a path. "": it is no such name. Borrowed. */
const char *batch_name_up_to(const json_t *object, const char *member, size_t max);

/* The same, of a length that messages take. */
const char *batch_name(const json_t *object, const char *member);

/* The form that uploads requests, which become part of it, as a file (RFC 7578), and its Content-Type. */
struct http_body *batch_form(struct http_body **requests, char type[BATCH_TYPE_ROOM]);

#endif

/* batch_request - the form that uploads a batch, and texts in the responses of the batch API
 *
 * Pure but for random bytes. Source: https://platform.openai.com/docs/api-reference/batch.
 */
#ifndef STAGES_VISION_MODEL_BATCH_REQUEST_H
#define STAGES_VISION_MODEL_BATCH_REQUEST_H

#include <stddef.h>

#include <jansson.h>

enum { BATCH_TYPE_ROOM = 128, MAX_BATCH_NAME = 512 /* as the field batch has it */ };

/* A member that is a text; "" if it is none. Borrowed. */
const char *batch_text(const json_t *object, const char *member);

/* A name of the provider's, of at most so many bytes: graphic ASCII, and not dots alone, which mean something
 * in a path. "": it is no such name. Borrowed. */
const char *batch_name_up_to(const json_t *object, const char *member, size_t max);

/* The same, of a length that messages take. */
const char *batch_name(const json_t *object, const char *member);

/* The form that uploads requests as a file (RFC 7578), malloced, its length in *form_size, and its
 * Content-Type. */
char *batch_form(const char *requests, size_t size, char type[BATCH_TYPE_ROOM], size_t *form_size);

#endif

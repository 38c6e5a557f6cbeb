/* dialect - what an OpenAI-compatible endpoint takes, learned from what it refuses
 *
 * Not every endpoint knows every field.  We start with what its preset says and step when a 400 names a
 * field: a format steps back, one way only; of the two names of the token limit each may turn out to be the
 * wrong one.
 */
#ifndef STAGES_VISION_DIALECT_H
#define STAGES_VISION_DIALECT_H

#include <stdbool.h>

enum dialect_format { FORMAT_SCHEMA, FORMAT_OBJECT, FORMAT_PROMPT };
enum dialect_tokens { TOKENS_COMPLETION, TOKENS_PLAIN };

struct dialect {
    enum dialect_format
        format; /* response_format: json_schema strict, json_object, or none: the prompt asks */
    enum dialect_tokens tokens; /* max_completion_tokens, or the older max_tokens */
};

/* used: what the refused request was written in. param (may be NULL) and message of the error: do they name a
 * field that another dialect avoids? Then *now is stepped (unless another answer already did it) and true:
 * write the request anew. The caller bounds how often. */
bool dialect_step(struct dialect *now, const struct dialect *used, const char *param, const char *message);

/* "json_schema" and so on, for logs. */
const char *dialect_format_name(enum dialect_format format);

/* The name of the field: "max_completion_tokens" or "max_tokens". */
const char *dialect_tokens_name(enum dialect_tokens tokens);

#endif

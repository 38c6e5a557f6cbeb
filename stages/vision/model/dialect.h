/* dialect - what an OpenAI-compatible endpoint takes, learned from what it refuses
 *
 * Pure.  Not every endpoint knows every field.  We start with what its preset says and step when a refusal
 * says what to change: a format steps back, one way only; of the two names of the token limit each may turn
 * out to be the wrong one; the rest is given up as it is refused.
 */
#ifndef STAGES_VISION_MODEL_DIALECT_H
#define STAGES_VISION_MODEL_DIALECT_H

#include <stdbool.h>

#include "stages/vision/model/model_error.h"

enum dialect_format { FORMAT_SCHEMA, FORMAT_OBJECT, FORMAT_PROMPT };
enum dialect_tokens { TOKENS_COMPLETION, TOKENS_PLAIN };

enum { DIALECT_ROOM = 4, MIN_TOKENS = 512 /* fewer make no answer */ };

struct dialect {
    enum dialect_format
        format; /* response_format: json_schema strict, json_object, or none: the prompt asks */
    enum dialect_tokens tokens; /* max_completion_tokens, or the older max_tokens */
    bool one_role;              /* no system message: it stands before the user's */
    bool blind;                 /* no pictures */
    unsigned max;               /* tokens that it writes, or has room for; 0: not known */
};

/* used and asked: dialect and token limit of the request that was refused. Is there another way to ask it?
 * Then *now is stepped (unless another answer already did it) and true: write the request anew. The caller
 * bounds how often. */
bool dialect_step(struct dialect *now, const struct dialect *used, unsigned asked, enum meaning meaning,
                  const struct error_said *said);

/* The same for a refusal that names nothing: the parts that endpoints most often do not take are given up in
 * turn. */
bool dialect_guess(struct dialect *now, const struct dialect *used);

/* How many tokens an answer may have, as far as a refusal of so many says it; 0: it does not. context: the
 * refusal is about question and answer together. */
unsigned dialect_room(const char *message, unsigned asked, bool context);

/* As it is remembered, and back. False: it is not ours to read. blind and most are not remembered: the server
 * may be started with a projector or a larger context next time. */
void dialect_write(const struct dialect *dialect, char to[DIALECT_ROOM]);
bool dialect_read(struct dialect *dialect, const char *from);

/* "json_schema" and so on, for logs. */
const char *dialect_format_name(enum dialect_format format);

/* The name of the field: "max_completion_tokens" or "max_tokens". */
const char *dialect_tokens_name(enum dialect_tokens tokens);

#endif

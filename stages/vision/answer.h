/* answer - the shape of an answer
 *
 * Pure.  Nothing the model says is trusted: shape, lengths, counts and characters are checked before anybody
 * sees it.  Whether there is an answer at all is judged in judge.c.
 */
#ifndef STAGES_VISION_ANSWER_H
#define STAGES_VISION_ANSWER_H

#include <jansson.h>

#include "proto/enums.h"

/* The answer's schema as strict structured outputs want it; its number goes into the fingerprint. */
#define ANSWER_SCHEMA_VERSION 3
json_t *answer_schema(enum card_style style);

/* A clean copy of an answer object: exactly our keys, text trimmed, valid and without control characters (LF
 * and TAB stay), empty entries dropped, at most cards_most cards of that style, each asked once. Unknown keys
 * are left out; a kind that is not said is "content" (kind_settle knows more), labels and concepts that are
 * not said are empty (answers of version 2 had none). NULL: it is not an answer, or
 * goes round in circles, and *why says in a few static words what is wrong. The caller owns the copy. */
json_t *answer_clean(const json_t *raw, enum card_style style, unsigned cards_most, const char **why);

/* The same without a look for circles: for answers made of a slide's own words, which may repeat. */
json_t *answer_shaped(const json_t *raw, enum card_style style, unsigned cards_most, const char **why);

#endif

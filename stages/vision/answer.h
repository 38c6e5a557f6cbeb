/* answer - the shape of an answer
 *
 * Pure.  Nothing the model says is trusted: shape, lengths, counts and characters are checked before anybody
 * sees it.  Whether there is an answer at all is judged in judge.c.
 */
#ifndef STAGES_VISION_ANSWER_H
#define STAGES_VISION_ANSWER_H

#include <jansson.h>

/* The answer's schema as strict structured outputs want it; its number goes into the fingerprint. */
#define ANSWER_SCHEMA_VERSION 1
json_t *answer_schema(void);

/* A clean copy of an answer object: exactly our keys, text trimmed, valid and without control characters (LF
 * and TAB stay), empty entries dropped, at most cards_most cards. Unknown keys are left out. NULL: it is not
 * an answer, and *why says in a few static words what is wrong. The caller owns the copy. */
json_t *answer_clean(const json_t *raw, unsigned cards_most, const char **why);

#endif

/* correction - an answer whose doubtful statements were given back to the model, one by one
 *
 * Pure.  A statement is what one entry of the answer says: a paragraph, a key point, a card, the summary.
 * Only those in which something is in doubt are asked about again; all else of the answer stays as it is.
 */
#ifndef STAGES_VISION_ANSWER_CORRECTION_H
#define STAGES_VISION_ANSWER_CORRECTION_H

#include <jansson.h>

/* The statements of the answer that these claims are about (grounding.h: where and index), in the order of
 * the claims: a new array of at most 24 {"where", "index", "front", "text", "doubts": [text, ...]}; front is
 * "" for all but cards. Claims about what the answer does not have are left out. */
json_t *correction_statements(const json_t *answer, const json_t *claims);

/* What the model is told its corrections look like, as strict structured outputs want it. */
json_t *correction_schema(void);

/* What a list of corrections comes to: {"corrections": [{"number", "front", "text"}]}, texts clean and
 * mended like those of an answer; entries that are none are left out. NULL: there is no such list, and *why
 * says so in a few static words. The caller owns the copy. */
json_t *correction_clean(const json_t *raw, const char **why);

/* A copy of the answer with each statement (from 1 on) as its correction has it. A statement without text
 * is taken out: a card, a key point, a paragraph that is not the only one; what was taken out is counted in
 * "left_out". A card that would have no question left keeps the one it had; a gap that would be lost takes
 * its card along. The caller owns the copy. */
json_t *correction_apply(const json_t *answer, const json_t *statements, const json_t *corrections);

#endif

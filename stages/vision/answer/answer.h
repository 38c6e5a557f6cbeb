/* answer - the shape of an answer
 *
 * Pure.  Nothing the model says is trusted: shape, lengths, counts and characters are checked before anybody
 * sees it.  Whether there is an answer at all is judged in response_classify.c.
 */
#ifndef STAGES_VISION_ANSWER_ANSWER_H
#define STAGES_VISION_ANSWER_ANSWER_H

#include <stdbool.h>

#include <jansson.h>

#include "proto/enums.h"

/* The answer's schema as strict structured outputs want it; its number goes into the fingerprint. */
#define ANSWER_SCHEMA_VERSION 3
json_t *answer_schema(enum card_style style);

/* What an answer comes to: exactly our keys, text trimmed, valid and without control characters (LF and TAB
 * stay), empty and equal entries dropped, at most max_cards cards, each asked once. It is found inside other
 * objects, lists and strings (answer_unwrap.h), and taken as far as its meaning is plain (lenient_members.h,
 * card_list.h); unknown keys are left out; a kind that is not said is "content" (page_kind_settle knows
 * more). What was left out is counted in "left_out" (left_out.h), which is missing if that is nothing;
 * notations of the web and doubled backslashes are mended (markup.h). NULL: it has no explanation or goes
 * round in circles, and *why says in a few static words what is wrong. The caller owns the copy. */
json_t *answer_clean(const json_t *raw, unsigned max_cards, const char **why);

/* The same without a look for circles, without mending and without "left_out": for answers made of a slide's
 * own words. */
json_t *answer_shaped(const json_t *raw, unsigned max_cards, const char **why);

/* Does such a why find fault with what an answer says, not with its form? */
bool answer_of_no_use(const char *why);

#endif

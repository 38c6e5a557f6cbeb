/* card_list - the flashcards of an answer
 *
 * Pure.  A card with gaps is a cloze and stays one, whatever was asked for; any other is a question with an
 * answer.  A card is kept or left out as a whole, and the reason is counted: no_card, no_front, no_back,
 * too_long, bad_gap (half a gap, or nothing to read around it), repeated, too_many.
 */
#ifndef STAGES_VISION_ANSWER_CARD_LIST_H
#define STAGES_VISION_ANSWER_CARD_LIST_H

#include <jansson.h>

/* A new list of at most max cards {"type","concept","front","back"} made of the model's list.
 * left_out (left_out.h) counts the others. The caller owns the list. */
json_t *card_list_clean(const json_t *value, unsigned max, json_t *left_out);

#endif

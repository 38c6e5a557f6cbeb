/* card_dedup - a lecture asks each question once
 *
 * Slides that build up repeat their cards, and the last one of them has the fullest answer.
 *
 * Two cards ask nearly the same if they differ in no more than words that hold a sentence together
 * (question.h), and their answers are alike, with the same numbers and signs.  In doubt both stay.
 */
#ifndef STAGES_ASSEMBLER_CARDS_CARD_DEDUP_H
#define STAGES_ASSEMBLER_CARDS_CARD_DEDUP_H

#include "stages/assembler/lecture/lecture_model.h"

/* Leaves out every card whose front is asked again on a later slide or later on its own, in whatever capitals
 * and signs between sentences, or nearly so, and every one that is marked so. */
void card_dedup(struct lecture *lecture);

#endif

/* card_dedup - a lecture asks each question once
 *
 * Slides that build up repeat their cards, and the last one of them has the fullest answer.
 */
#ifndef STAGES_ASSEMBLER_CARDS_CARD_DEDUP_H
#define STAGES_ASSEMBLER_CARDS_CARD_DEDUP_H

#include "stages/assembler/lecture/lecture_model.h"

/* Leaves out every card whose front is asked again on a later slide or later on its own, in whatever capitals
 * and signs between sentences, and every one that is marked so. */
void card_dedup(struct lecture *lecture);

#endif

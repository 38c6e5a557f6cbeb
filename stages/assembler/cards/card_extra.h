/* card_extra - one or two sentences of why, from a slide's explanation, for the back of a card
 *
 * Pure.  The sentence that has most in common with the card and says something that the card does not; else
 * the slide's short summary; else nothing.
 */
#ifndef STAGES_ASSEMBLER_CARDS_CARD_EXTRA_H
#define STAGES_ASSEMBLER_CARDS_CARD_EXTRA_H

#include "stages/assembler/lecture/lecture_model.h"

/* Of each card of the answer (card.extra). New texts live in the pool. */
void card_extra_find(struct answer *answer, struct pool *pool);

#endif

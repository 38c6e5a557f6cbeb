/* card_prepare - what happens to a lecture's cards before anything is written of them, in this order
 *
 * Questions that are asked twice are asked once, answers that are lists become gaps, and cards that would
 * show nothing are left out.  The others get a sentence of why (card.extra), their name (card.guid) and their
 * date (card.modified_s), both of the previous run where it had the card already.
 */
#ifndef STAGES_ASSEMBLER_CARD_PREPARE_H
#define STAGES_ASSEMBLER_CARD_PREPARE_H

#include "stages/assembler/lecture/document_language.h"
#include "stages/assembler/lecture/lecture_model.h"

/* language: for what stands on notes; what a note says decides its date. New texts live in the lecture's
 * pool. */
void cards_prepare(struct lecture *lecture, const struct language *language);

#endif

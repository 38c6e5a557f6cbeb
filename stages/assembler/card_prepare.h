/* card_prepare - what happens to a lecture's cards before anything is written of them, in this order
 *
 * Each is asked once, lists become gaps, what would show nothing is left out, and each says why, is named,
 * dated, and found again in the previous run.
 */
#ifndef STAGES_ASSEMBLER_CARD_PREPARE_H
#define STAGES_ASSEMBLER_CARD_PREPARE_H

#include "stages/assembler/lecture/document_language.h"
#include "stages/assembler/lecture/lecture_model.h"

void cards_prepare(struct lecture *lecture, const struct language *language);

#endif

/* cards - what happens to a lecture's cards before anything is written of them, in this order
 *
 * Each is asked once, lists become gaps, what would show nothing is left out, and each says why, is named,
 * dated, and found again in the previous run.
 */
#ifndef STAGES_ASSEMBLER_CARDS_H
#define STAGES_ASSEMBLER_CARDS_H

#include "stages/assembler/language.h"
#include "stages/assembler/lecture.h"

void cards_prepare(struct lecture *lecture, const struct language *language);

#endif

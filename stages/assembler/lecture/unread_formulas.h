/* unread_formulas - the formulas of a lecture's answers that were not understood, so that somebody can look
 * at them
 *
 * Documents show what is unknown of them as it was written, in letters of code.
 */
#ifndef STAGES_ASSEMBLER_LECTURE_UNREAD_FORMULAS_H
#define STAGES_ASSEMBLER_LECTURE_UNREAD_FORMULAS_H

#include "stages/assembler/lecture/lecture_model.h"

/* Fills lecture->unread, in the order of the slides, the overview last. To be called once the cards stay as
 * they are. */
void unread_formulas_find(struct lecture *lecture);

#endif

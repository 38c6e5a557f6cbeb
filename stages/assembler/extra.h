/* extra - one or two sentences of why, from a slide's explanation, for the back of a card
 *
 * Pure.  The sentence that has most in common with the card and says something that the card does not; else
 * the slide's short summary; else nothing.
 */
#ifndef STAGES_ASSEMBLER_EXTRA_H
#define STAGES_ASSEMBLER_EXTRA_H

#include "stages/assembler/lecture.h"

/* The caller frees. */
char *extra_of(const struct answer *answer, const struct card *card);

#endif

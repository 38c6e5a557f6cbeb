/* claimed_names - names of a text that others do not know
 *
 * Pure, and careful: only two or more words with capitals, in the middle of a sentence, none of which is
 * known in any spelling.  Languages that write every noun so are not for it.
 */
#ifndef STAGES_VISION_GROUNDING_CLAIMED_NAMES_H
#define STAGES_VISION_GROUNDING_CLAIMED_NAMES_H

#include <stddef.h>

#include "stages/vision/grounding/plain_chars.h"

/* Calls found with the place, in characters, of each name of the text of which no word is known. chars: of
 * text. known: folded words (stages/lib/text/fold.h) with a blank before and after each. */
void names_check(const char *known, const char *text, const struct plain_chars *chars,
                 void (*found)(void *arg, size_t from, size_t to), void *arg);

/* How many of a hundred longer words of the text are known: few if it is in another language. */
unsigned names_overlap(const char *known, const char *text);

#endif

/* superscripts - raised and lowered letters: where a word ends at them, and when a digit is no digit of its
 * number
 */
#ifndef STAGES_RASTERIZER_SUPERSCRIPTS_H
#define STAGES_RASTERIZER_SUPERSCRIPTS_H

#include <stddef.h>

#include "stages/rasterizer/letters.h"

/* Looks at count letters from from on, one run in the order of drawing. Sets gap behind footnote marks and
 * behind the exponents and indices of formulas, not inside "H2O". Digits that are raised or lowered behind a
 * digit become superscript and subscript characters: ten to the sixth is not 106. Pure. */
void superscripts_part(struct letters *letters, size_t from, size_t count);

#endif

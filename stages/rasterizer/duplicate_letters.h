/* duplicate_letters - letters that are drawn again where they stand already: bold made by hand, shadows */
#ifndef STAGES_RASTERIZER_DUPLICATE_LETTERS_H
#define STAGES_RASTERIZER_DUPLICATE_LETTERS_H

#include "stages/rasterizer/letters.h"

/* Takes such letters out, whatever was drawn first stays. Pure. "11", "ll" and equal words elsewhere are no
 * repeats: a repeat is nearer to its like than the next letter could stand. */
void duplicate_letters_drop(struct letters *letters);

#endif

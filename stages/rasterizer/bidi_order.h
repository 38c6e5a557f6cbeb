/* bidi_order - the order of reading for a line that is written, wholly or in part, from right to left
 *
 * From the places of its letters alone: they are sorted as they stand, and the visual order is turned into
 * the logical one, the inverse of the Unicode Bidirectional Algorithm (UAX #9).  Numbers and words of other
 * scripts keep their own direction, signs go where the algorithm would have shown them from.
 */
#ifndef STAGES_RASTERIZER_BIDI_ORDER_H
#define STAGES_RASTERIZER_BIDI_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stages/rasterizer/letters.h"

/* Is it a letter of a script that is written from right to left? */
bool bidi_order_leftwards(uint32_t c);

/* How the glyphs of brackets are named in a page: by what they show, or by what they mean. */
struct brackets {
    unsigned shown, meant; /* lines that make sense if read so */
};

/* Puts the count indexes of order, which are letters of one line, in logical order and sets their gaps.
 * rightwards: most of the text around it is written from left to right. */
void bidi_order_line(struct letters *letters, uint32_t *order, size_t count, bool rightwards,
                     struct brackets *brackets);

#endif

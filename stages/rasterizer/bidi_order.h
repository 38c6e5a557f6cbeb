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

/* How the glyphs of brackets are named in a page: by what they show, or by what they mean.  Starts at zero.
 */
struct brackets {
    unsigned shown, meant; /* lines whose brackets close only if read so */
};

/* Puts the count (at most MAX_LETTERS) indexes of order, which are letters of one line in the order of
 * drawing, in logical order and sets their gaps.  A bracket that the line itself settles is mirrored and
 * counted in brackets; one that it leaves open is marked turned.  rightwards: most of the text around the
 * line is written from left to right. */
void bidi_order_line(struct letters *letters, uint32_t *order, size_t count, bool rightwards,
                     struct brackets *brackets);

#endif

/* picture - how much ink is on a page, and where */
#ifndef STAGES_RASTERIZER_PICTURE_H
#define STAGES_RASTERIZER_PICTURE_H

#include <stddef.h>
#include <stdint.h>

#include "stages/rasterizer/hatch.h"

/* Returns the share of pixels that differ from the page's most frequent colour (ink), in millionths, and
 * fills in where it is: shades[] is a grid of HATCH_INK_ROWS rows of HATCH_INK_COLUMNS cells, HATCH_PAPER or
 * the mean brightness of the cell, 0 to 15. Every second row is looked at. */
uint32_t picture_ink(const unsigned char *rgb, int width, int height, size_t stride,
                     unsigned char shades[HATCH_INK_CELLS]);

#endif

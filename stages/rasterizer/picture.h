/* picture - pixels to JPEG, and how much ink is on them */
#ifndef STAGES_RASTERIZER_PICTURE_H
#define STAGES_RASTERIZER_PICTURE_H

#include <stddef.h>
#include <stdint.h>

#include "stages/rasterizer/hatch.h"

/* Baseline JPEG, 4:2:0, of width x height RGB pixels. *jpeg is the caller's, free(3). 0; -1: no memory. */
int picture_encode(const unsigned char *rgb, int width, int height, size_t stride, int quality,
                   unsigned char **jpeg, size_t *size);

/* Returns the share of pixels that differ from the page's most frequent colour (ink), in millionths, and
 * fills in where it is: shades[] is a grid of HATCH_INK_ROWS rows of HATCH_INK_COLUMNS cells, HATCH_PAPER or
 * the mean brightness of the cell, 0 to 15. Every second row is looked at. */
uint32_t picture_ink(const unsigned char *rgb, int width, int height, size_t stride,
                     unsigned char shades[HATCH_INK_CELLS]);

#endif

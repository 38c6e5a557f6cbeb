/* picture - pixels to JPEG, and how much ink is on them */
#ifndef STAGES_RASTERIZER_PICTURE_H
#define STAGES_RASTERIZER_PICTURE_H

#include <stddef.h>
#include <stdint.h>

/* Baseline JPEG, 4:2:0, of width x height RGB pixels. *jpeg is the caller's, free(3). 0; -1: no memory. */
int picture_encode(const unsigned char *rgb, int width, int height, size_t stride, int quality,
                   unsigned char **jpeg, size_t *size);

/* Share of pixels that differ from the page's most frequent colour, in millionths. Every second row is looked
 * at. */
uint32_t picture_ink_ppm(const unsigned char *rgb, int width, int height, size_t stride);

#endif

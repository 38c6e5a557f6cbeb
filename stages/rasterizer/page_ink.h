/* page_ink - how much ink is on a page */
#ifndef STAGES_RASTERIZER_PAGE_INK_H
#define STAGES_RASTERIZER_PAGE_INK_H

#include <stddef.h>
#include <stdint.h>

struct page_ink_box {
    int x, y, right, bottom;
};

/* The mean of the most frequent colour in the box, looking at every `every`th pixel of each row and column:
 * the ground on which things are drawn there. rgb: the whole picture. */
void page_ink_ground(const unsigned char *rgb, size_t stride, const struct page_ink_box *box, int every,
                     int ground[3]);

/* Returns the share of pixels that differ from the page's most frequent colour (ink), in millionths. Every
 * second row is looked at. */
uint32_t page_ink_ppm(const unsigned char *rgb, int width, int height, size_t stride);

/* Returns the share of pixels that differ from the one before or above, in millionths: hardly any where there
 * are but even areas. */
uint32_t page_ink_detail(const unsigned char *rgb, int width, int height, size_t stride);

#endif

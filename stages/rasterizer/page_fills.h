/* page_fills - fills large rectangles of one colour fast
 *
 * MuPDF blends a fill pixel by pixel, as if it had soft edges everywhere: one over the whole page, as most
 * slides have as their ground, takes as long as all their letters.
 */
#ifndef STAGES_RASTERIZER_PAGE_FILLS_H
#define STAGES_RASTERIZER_PAGE_FILLS_H

#include "stages/rasterizer/mupdf_engine.h"

/* Makes a draw device, which draws on these RGB pixels, leave the inside of such rectangles to us: it comes
 * out in the same colour. There is one device at a time. */
void page_fills_speed_up(fz_device *draw, fz_pixmap *pixels);

#endif

/* unreadable_images - images that the renderer cannot load, or whose bytes it cannot unpack
 *
 * One such image ends the interpretation of its page; without it, the rest of the page can be drawn.
 */
#ifndef STAGES_RASTERIZER_UNREADABLE_IMAGES_H
#define STAGES_RASTERIZER_UNREADABLE_IMAGES_H

#include "stages/rasterizer/mupdf_engine.h"

/* Takes them out of the resources of the page and of its forms, in memory only. Returns how many it found. */
unsigned unreadable_images_drop(fz_context *ctx, pdf_page *page);

#endif

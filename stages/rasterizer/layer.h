/* layer - the text of a page out of its display list, as hatch lines
 *
 * A text that is none (shifted codes, numbers of glyphs, private use, nothing but U+FFFD) is left out, and
 * said to be: what a page shows may still be read on its picture.
 */
#ifndef STAGES_RASTERIZER_LAYER_H
#define STAGES_RASTERIZER_LAYER_H

#include <stddef.h>
#include <stdint.h>

#include "stages/rasterizer/engine.h"
#include "stages/rasterizer/hatch.h"

struct layer {
    uint32_t lines;
    uint32_t garbled, unknown; /* as struct hatch_reply has them */
    size_t size;
    unsigned char bytes[HATCH_TEXT_MOST];
};

/* Fills layer with the lines of list in reading order, in pixels of a picture of that size. What does not fit
 * is cut; an error keeps what was read so far. cookie: bounds its time. Returns 0, or -1 if there was an
 * error. */
int layer_read(struct layer *layer, fz_context *ctx, fz_display_list *list, fz_matrix to_pixels, int width,
               int height, fz_cookie *cookie);

#endif

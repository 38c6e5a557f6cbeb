/* text_layer - the text of a page out of its display list, as channel lines
 *
 * A text that is none (shifted codes, numbers of glyphs, private use, nothing but U+FFFD) is left out, and
 * said to be: what a page shows may still be read on its picture.
 */
#ifndef STAGES_RASTERIZER_TEXT_LAYER_H
#define STAGES_RASTERIZER_TEXT_LAYER_H

#include <stddef.h>
#include <stdint.h>

#include "stages/rasterizer/mupdf_engine.h"
#include "stages/rasterizer/jail_protocol.h"

struct text_layer {
    uint32_t lines;
    uint32_t garbled, unknown; /* as struct jail_reply has them */
    size_t size;
    unsigned char bytes[MAX_JAIL_TEXT];
};

/* Fills layer with the lines of list in reading order, in pixels of a picture of that size. What does not fit
 * is cut; an error keeps what was read so far. cookie: bounds its time. Returns 0, or -1 if there was an
 * error. */
int text_layer_read(struct text_layer *layer, fz_context *ctx, fz_display_list *list, fz_matrix to_pixels,
                    int width, int height, fz_cookie *cookie);

#endif

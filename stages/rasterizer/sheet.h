/* sheet - one page: interpreted once into a display list, from which come the pixels and the text */
#ifndef STAGES_RASTERIZER_SHEET_H
#define STAGES_RASTERIZER_SHEET_H

#include <stddef.h>
#include <stdint.h>

#include "stages/rasterizer/document.h"
#include "stages/rasterizer/hatch.h"
#include "stages/rasterizer/layer.h"

struct sheet {
    uint32_t width, height, ink_ppm, flaws;
    unsigned char *jpeg; /* NULL: no picture; sheet_clear gives it back */
    size_t jpeg_size;
    unsigned char ink[HATCH_INK_CELLS]; /* if there is a picture; see picture_ink */
    struct layer layer;
};

/* Makes as much of the page (from 0) as can be had, from that step of the ladder down. HATCH_OK: there is a
 * picture or at least text. */
enum hatch_outcome sheet_make(struct sheet *sheet, const struct document *document,
                              const struct hatch_terms *terms, unsigned page, enum hatch_step step);

void sheet_clear(struct sheet *sheet);

#endif

/* sheet - one page: interpreted once into a display list, from which come the pixels and the text */
#ifndef STAGES_RASTERIZER_SHEET_H
#define STAGES_RASTERIZER_SHEET_H

#include <stddef.h>
#include <stdint.h>

#include "stages/rasterizer/document.h"
#include "stages/rasterizer/hatch.h"
#include "stages/rasterizer/layer.h"

struct sheet {
    uint32_t width, height, flaws;
    uint32_t ink_ppm;    /* 0 with flaws and without text: nothing of the page is to be seen */
    unsigned char *jpeg; /* NULL: no picture */
    size_t jpeg_size;
    fz_pixmap *pixels; /* what the JPEG was made of, RGB; NULL: no picture */
    struct layer layer;
};

/* Makes as much of the page (from 0) as can be had, from that step of the ladder down. HATCH_OK: there is a
 * picture or at least text. */
enum hatch_outcome sheet_make(struct sheet *sheet, const struct document *document,
                              const struct hatch_terms *terms, unsigned page, enum hatch_step step);

/* Gives jpeg and pixels back; a sheet of zeros is clear. */
void sheet_clear(struct sheet *sheet, const struct document *document);

#endif

/* page_render - one page: interpreted once into a display list, from which come the pixels and the text */
#ifndef STAGES_RASTERIZER_PAGE_RENDER_H
#define STAGES_RASTERIZER_PAGE_RENDER_H

#include <stddef.h>
#include <stdint.h>

#include "stages/rasterizer/document.h"
#include "stages/rasterizer/jail_protocol.h"
#include "stages/rasterizer/text_layer.h"

struct page_render {
    uint32_t width, height, flaws;
    uint32_t ink_ppm;    /* 0 with flaws and without text: nothing of the page is to be seen */
    unsigned char *jpeg; /* NULL: no picture */
    size_t jpeg_size;
    fz_pixmap *pixels; /* what the JPEG was made of, RGB; NULL: no picture */
    struct text_layer layer;
};

/* Makes as much of the page (from 0) as can be had, from that step of the ladder down. JAIL_OK: there is a
 * picture or at least text. */
enum jail_outcome page_render_make(struct page_render *render, const struct document *document,
                                   const struct jail_terms *terms, unsigned page, enum jail_step step);

/* Gives jpeg and pixels back; a render of zeros is clear. */
void page_render_clear(struct page_render *render, const struct document *document);

#endif

/* page_render - one page, made in three steps: read (interpreted once into a display list, from which comes
 * the text), drawn (from the same list), and encoded
 *
 * A page that is only compared with the one before needs no more than its text, most often.
 */
#ifndef STAGES_RASTERIZER_PAGE_RENDER_H
#define STAGES_RASTERIZER_PAGE_RENDER_H

#include <stddef.h>
#include <stdint.h>

#include "stages/rasterizer/document.h"
#include "stages/rasterizer/jail_protocol.h"
#include "stages/rasterizer/page_list.h"
#include "stages/rasterizer/text_layer.h"

struct page_render {
    uint32_t width, height, flaws;
    uint32_t ink_ppm;    /* 0 with flaws and without text: nothing of the page is to be seen */
    fz_pixmap *pixels;   /* RGB; NULL: no picture */
    unsigned char *jpeg; /* of the pixels; NULL: none (yet) */
    size_t jpeg_size;
    struct text_layer layer;
    struct page_list list; /* while it is read and not yet drawn; else zeros */
    fz_matrix to_pixels;
    unsigned said; /* MuPDF's messages about it (mupdf_engine.h) */
};

/* Reads the page (from 0). JAIL_OK: it has text. The render must be clear. */
enum jail_outcome page_render_read(struct page_render *render, const struct document *document,
                                   const struct jail_terms *terms, unsigned page, enum jail_step step);

/* Draws a page that was read, as much of it as can be had, from that step of the ladder down (the one with
 * which it was read). JAIL_OK: there are pixels or at least text. */
enum jail_outcome page_render_draw(struct page_render *render, const struct document *document,
                                   const struct jail_terms *terms, enum jail_step step);

/* Encodes what was drawn. JAIL_OK: there is a picture or at least text. */
enum jail_outcome page_render_encode(struct page_render *render, const struct document *document,
                                     const struct jail_terms *terms);

/* All three. */
enum jail_outcome page_render_make(struct page_render *render, const struct document *document,
                                   const struct jail_terms *terms, unsigned page, enum jail_step step);

/* Gives the list, jpeg and pixels back; a render of zeros is clear. */
void page_render_clear(struct page_render *render, const struct document *document);

#endif

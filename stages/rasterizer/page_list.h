/* page_list - the contents of a page, interpreted into a display list */
#ifndef STAGES_RASTERIZER_PAGE_LIST_H
#define STAGES_RASTERIZER_PAGE_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include "stages/rasterizer/mupdf_engine.h"

/* One part of the work on a page, with its own time. */
struct page_work {
    fz_context *ctx;
    unsigned page_ms; /* CPU time of a page; a part has three tenths of it */
    uint32_t *flaws;  /* of the page: what goes wrong is added (jail_protocol.h) */
    fz_cookie cookie; /* abort: its time was up */
};

void page_work_start(struct page_work *work);
void page_work_stop(struct page_work *work);

/* Belongs into every fz_catch: notes what went wrong. */
void page_work_caught(struct page_work *work);

struct page_list {
    pdf_page *page;
    fz_display_list *list; /* NULL: there is none */
    fz_rect box;
    bool thrown; /* a part of the page ended early */
    bool cut;    /* so did its interpretation as a whole, in want of time or because of errors */
};

/* Loads the page (from 0) and its box. false: it cannot be reached. page_list_drop in either case. */
bool page_list_load(struct page_list *list, fz_context *ctx, pdf_document *pdf, unsigned page);

/* Interprets the page, plain without images and shadings, in place of an earlier list. */
void page_list_interpret(struct page_list *list, struct page_work *work, bool plain);

/* The same; images that cannot even be loaded are taken out of the page if they end a part of it early. */
void page_list_interpret_readable(struct page_list *list, struct page_work *work, bool plain);

/* Gives all back; a list of zeros is empty. */
void page_list_drop(struct page_list *list, fz_context *ctx);

#endif

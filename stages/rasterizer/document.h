/* document - an opened PDF: can it be read, how many pages are really there, what does it say of itself */
#ifndef STAGES_RASTERIZER_DOCUMENT_H
#define STAGES_RASTERIZER_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "stages/rasterizer/engine.h"
#include "stages/rasterizer/hatch.h"

struct document {
    fz_context *ctx;
    pdf_document *pdf;
    unsigned pages;
    char title[HATCH_TITLE_MOST + 1];
    char outline[HATCH_OUTLINE_MOST + 1];
};

/* Opens the bytes, which must outlive it, with a password ("": none) if they need one. HATCH_OK,
 * HATCH_ENCRYPTED, HATCH_PASSWORD_WRONG, HATCH_CIPHER or HATCH_CORRUPT. */
enum hatch_outcome document_open(struct document *document, fz_context *ctx, const void *data, size_t size,
                                 const char *password);

/* Fills pages, title and outline. HATCH_OK, HATCH_EMPTY, HATCH_CORRUPT or HATCH_TOO_MANY (pages is set then,
 * too). */
enum hatch_outcome document_inspect(struct document *document, unsigned limit_pages);

bool document_repaired(const struct document *document);

#endif

/* document - an opened PDF: can it be read, how many pages are really there, what does it say of itself */
#ifndef STAGES_RASTERIZER_DOCUMENT_H
#define STAGES_RASTERIZER_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "stages/rasterizer/mupdf_engine.h"
#include "stages/rasterizer/jail_protocol.h"

struct document {
    fz_context *ctx;
    pdf_document *pdf;
    unsigned pages;
    char title[MAX_JAIL_TITLE + 1];
    char outline[MAX_JAIL_OUTLINE + 1];
};

/* Opens the bytes, which must outlive it, with a password ("": none) if they need one. JAIL_OK,
 * JAIL_ENCRYPTED, JAIL_PASSWORD_WRONG, JAIL_CIPHER or JAIL_CORRUPT. */
enum jail_outcome document_open(struct document *document, fz_context *ctx, const void *data, size_t size,
                                const char *password);

/* Fills pages, title and outline. JAIL_OK, JAIL_EMPTY, JAIL_CORRUPT or JAIL_TOO_MANY (pages is set then,
 * too). */
enum jail_outcome document_inspect(struct document *document, unsigned limit_pages);

bool document_repaired(const struct document *document);

#endif

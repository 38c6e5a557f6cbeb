/* pdf_sniff - is a file a PDF at first sight, and if not, what is it?
 *
 * Front, courier and the command refuse other files at once, in the same words; whether a PDF can be read,
 * the rasterizer finds out in its jail.
 */
#ifndef PROTO_PDF_SNIFF_H
#define PROTO_PDF_SNIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/codes.h"
#include "proto/filetype.h"

/* Readers look for "%PDF" within so many bytes (ISO 32000-1, annex H, note 13). */
enum { PDF_SNIFF_HEADER = 1024, PDF_SNIFF_MAX_WORD = 9 };

/* What is known of a file that is read from its beginning to its end. All zeros: nothing was read yet. */
struct pdf_sniff {
    uint64_t size;
    bool late; /* what only a PDF has, anywhere in it */
    char tail[PDF_SNIFF_MAX_WORD - 1];
    char start[FILETYPE_WITHIN];
};

void pdf_sniff_feed(struct pdf_sniff *sniff, const void *data, size_t size);

/* CODES: it is taken for a PDF, or (ended: false) it cannot be told yet; else EMPTY_FILE or UNSUPPORTED_TYPE,
 * and *what says what it is: "the file is " goes before it. It is a PDF if it begins with "%PDF"; if it is
 * nothing else for certain (an archive may hold a PDF, or several, just as they are), then also with that
 * further in, or, its head being lost, with "startxref" or an object. *what is static. */
enum code pdf_sniff_verdict(const struct pdf_sniff *sniff, bool ended, const char **what);

/* A file that lies in memory as a whole. */
enum code pdf_sniff_buffer(const void *data, size_t size, const char **what);

#endif

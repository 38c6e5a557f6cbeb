/* pdf_sniff - whether a file is a PDF at first sight, and if not, what it is
 *
 * Front, courier and the command refuse other files at once, in the same words.  Whether a PDF can be read is
 * for the rasterizer to find out, in its jail.
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

/* What is known so far of a file that is read from its beginning to its end. Begins as all zeros. */
struct pdf_sniff {
    uint64_t size;
    bool late; /* words that only a PDF has were seen, anywhere in it */
    char tail[PDF_SNIFF_MAX_WORD - 1];
    char start[FILETYPE_WITHIN];
};

/* Takes the next size bytes of the file. */
void pdf_sniff_feed(struct pdf_sniff *sniff, const void *data, size_t size);

/* Returns CODES if the file is taken for a PDF or, while ended is false, if it is too early to say; else
 * CODE_EMPTY_FILE or CODE_UNSUPPORTED_TYPE, and *what (static) completes the sentence "the file is ".
 *
 * A file is a PDF if it begins with "%PDF".  A file that is nothing else for certain is also one if "%PDF"
 * comes later or, since its beginning may be lost, if it has "startxref" or an object; an archive is not,
 * since it may hold PDFs as they are. */
enum code pdf_sniff_verdict(const struct pdf_sniff *sniff, bool ended, const char **what);

/* The same for a whole file in memory. */
enum code pdf_sniff_buffer(const void *data, size_t size, const char **what);

#endif

/* pdf_sniff - see pdf_sniff.h */
#include "proto/pdf_sniff.h"

#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"

/* Each at most PDF_SNIFF_MAX_WORD bytes. */
static const char *const words[] = {"%PDF-", "startxref", " 0 obj"};

static bool has(const char *data, size_t size, const char *word)
{
    return memmem(data, size, word, strlen(word)) != NULL;
}

static bool begins(const char *data, size_t size, const char *word)
{
    return size >= strlen(word) && memcmp(data, word, strlen(word)) == 0;
}

static bool has_word(const char *data, size_t size)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (has(data, size, words[i]))
            return true;
    return false;
}

/* A word may lie across the end of what was fed before. */
static void search_seam(struct pdf_sniff *sniff, const char *data, size_t size)
{
    char seam[2 * sizeof sniff->tail];
    size_t before = sniff->size < sizeof sniff->tail ? (size_t)sniff->size : sizeof sniff->tail;
    size_t after = size < sizeof sniff->tail ? size : sizeof sniff->tail;

    memcpy(seam, sniff->tail, before);
    memcpy(seam + before, data, after);
    sniff->late = sniff->late || has_word(seam, before + after);
    if (after == sizeof sniff->tail) {
        memcpy(sniff->tail, data + size - sizeof sniff->tail, sizeof sniff->tail);
    } else {
        size_t kept = before + after < sizeof sniff->tail ? before + after : sizeof sniff->tail;

        memcpy(sniff->tail, seam + before + after - kept, kept);
    }
}

void pdf_sniff_feed(struct pdf_sniff *sniff, const void *data, size_t size)
{
    if (sniff->size < sizeof sniff->start) {
        size_t room = sizeof sniff->start - (size_t)sniff->size;

        memcpy(sniff->start + sniff->size, data, size < room ? size : room);
    }
    search_seam(sniff, data, size);
    sniff->late = sniff->late || has_word(data, size);
    sniff->size += size;
}

/* "trailer <<": the head is lost, and an end of the file is all there is. */
static bool has_trailer(const char *start, size_t size)
{
    const char *at = memmem(start, size, "trailer", 7);

    if (at == NULL)
        return false;
    for (at += 7; at + 2 <= start + size && strchr(" \r\n\t", *at) != NULL; at++)
        ;
    return at + 2 <= start + size && memcmp(at, "<<", 2) == 0;
}

enum code pdf_sniff_verdict(const struct pdf_sniff *sniff, bool ended, const char **what)
{
    size_t size = sniff->size < sizeof sniff->start ? (size_t)sniff->size : sizeof sniff->start;
    size_t head = size < PDF_SNIFF_HEADER ? size : PDF_SNIFF_HEADER;
    struct filetype type;

    if (sniff->size == 0 && ended) {
        *what = "empty; send the PDF itself";
        return CODE_EMPTY_FILE;
    }
    if (begins(sniff->start, size, "%PDF") || (!ended && size < sizeof sniff->start))
        return CODES;
    type = filetype_of(sniff->start, size);
    if (!type.certain &&
        (has(sniff->start, head, "%PDF") || has_trailer(sniff->start, head) || sniff->late || !ended))
        return CODES;
    *what = type.what == NULL ? "not a PDF: it has no %PDF header" : type.what;
    return CODE_UNSUPPORTED_TYPE;
}

enum code pdf_sniff_buffer(const void *data, size_t size, const char **what)
{
    struct pdf_sniff *sniff = need_zero(1, sizeof *sniff);
    enum code code;

    pdf_sniff_feed(sniff, data, size);
    code = pdf_sniff_verdict(sniff, true, what);
    free(sniff);
    return code;
}

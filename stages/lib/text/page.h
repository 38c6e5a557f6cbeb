/* page - the text layer of one slide, as the rasterizer (or OCR) saw it
 *
 * Lines with their place in pixels, in reading order.  It is strangers' text: data, never instructions.
 */
#ifndef STAGES_LIB_TEXT_PAGE_H
#define STAGES_LIB_TEXT_PAGE_H

#include <stdbool.h>
#include <stddef.h>

struct page_line {
    int x, y, w, h; /* pixels of the slide's picture */
    int size;       /* font size in pixels */
    bool bold, mono;
    char *text; /* valid UTF-8 without control characters */
};

struct page {
    int width, height;
    struct page_line *lines;
    size_t count;
    bool ocr;       /* read in the picture, not told by the PDF */
    size_t unknown; /* letters in words of which the PDF does not say which they are; the lines have blanks
                       there */
};

/* Reads size bytes of the JSON text layer. Never fails: what is not a text layer gives an empty page. */
struct page *page_parse(const void *json, size_t size);

/* The same as JSON, malloced; its length in *size. */
char *page_write(const struct page *page, size_t *size);

/* An empty page of that size, to be filled by page_add (OCR). */
struct page *page_new(int width, int height);

/* Appends a line; its text is copied, control characters become spaces. Lines without visible text are left
 * out. */
void page_add(struct page *page, const struct page_line *line);

void page_free(struct page **page);

/* Letters and digits in it; beyond ASCII all counts but punctuation and symbols. */
size_t page_letters(const struct page *page);

/* Is there a letter or digit in it, or any character beyond ASCII? */
bool page_has_text(const struct page *page);

#endif

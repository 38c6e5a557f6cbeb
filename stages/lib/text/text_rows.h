/* text_rows - the lines of a page as the rows a reader sees
 *
 * Pure.  What repeats at the edges (headers, footers, page numbers) is left out, pieces that stand beside
 * each other are joined, and the bullet or number before an entry is taken off its text.  A page that is
 * written from right to left is seen in a mirror: its x grow from the right edge.
 */
#ifndef STAGES_LIB_TEXT_TEXT_ROWS_H
#define STAGES_LIB_TEXT_TEXT_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "stages/lib/text/page.h"

struct row {
    int x, y, right, bottom, size; /* x: of the text; pixels */
    int mark_x;                    /* of the bullet, or x */
    bool bold, mono, marked;
    bool blank; /* its last piece ended with a blank */
    bool cells; /* a row of a table */
    char *text;
};

struct text_rows {
    int width, height, body; /* body: size of most of the text */
    struct row *rows;
    size_t count;
};

/* The rows of a page, from the top; the caller frees them. */
struct text_rows *text_rows_of(const struct page *page);
void text_rows_free(struct text_rows **view);

/* Removes row i. */
void text_rows_drop(struct text_rows *view, size_t i);

/* Is there no letter and no digit in it? */
bool row_wordless(const struct row *row);

/* Appends between and more to *text, which is malloced and replaced. */
void row_append(char **text, const char *between, const char *more);

#endif

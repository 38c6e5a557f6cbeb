/* page_counter - the page counters of two pages that follow each other: "7 / 30" here, "8 / 30" there
 *
 * Pure.  Also a way through the lines of a layer.
 */
#ifndef STAGES_RASTERIZER_PAGE_COUNTER_H
#define STAGES_RASTERIZER_PAGE_COUNTER_H

#include <stdbool.h>

#include "stages/rasterizer/text_layer.h"

struct line_cursor {
    const unsigned char *at, *end;
};

struct line {
    struct jail_line head;
    const char *text; /* head.bytes, no NUL */
};

struct line_cursor line_cursor_of(const struct text_layer *layer);

/* false: that was the last one. */
bool line_cursor_next(struct line_cursor *lines, struct line *line);

enum { MAX_PAGE_COUNTERS = 4 };

struct page_counters {
    unsigned count;
    struct line here[MAX_PAGE_COUNTERS], there[MAX_PAGE_COUNTERS];
};

/* Small lines at the upper or lower edge that are on both pages and differ in one number alone, which is one
 * more on the next page, and not above the number of its page. page: from 1. height: of both pages. */
struct page_counters page_counters_find(const struct text_layer *layer, const struct text_layer *next,
                                        unsigned page, int height);

/* Is the line of this page one of them? */
bool page_counters_have(const struct page_counters *counters, const struct line *line);

#endif

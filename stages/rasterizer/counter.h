/* counter - the page counters of two pages that follow each other: "7 / 30" here, "8 / 30" there
 *
 * Pure.  Also a way through the lines of a layer.
 */
#ifndef STAGES_RASTERIZER_COUNTER_H
#define STAGES_RASTERIZER_COUNTER_H

#include <stdbool.h>

#include "stages/rasterizer/layer.h"

struct lines {
    const unsigned char *at, *end;
};

struct line {
    struct hatch_line head;
    const char *text; /* head.bytes, no NUL */
};

struct lines lines_of(const struct layer *layer);

/* false: that was the last one. */
bool lines_next(struct lines *lines, struct line *line);

enum { COUNTERS_MOST = 4 };

struct counters {
    unsigned count;
    struct line here[COUNTERS_MOST], there[COUNTERS_MOST];
};

/* Small lines at the upper or lower edge that are on both pages and differ in one number alone, which is one
 * more on the next page, and not above the number of its page. page: from 1. height: of both pages. */
struct counters counters_find(const struct layer *layer, const struct layer *next, unsigned page, int height);

/* Is the line of this page one of them? */
bool counters_have(const struct counters *counters, const struct line *line);

#endif

/* text_runs - letters put together to lines, in the order in which they were drawn
 *
 * A run goes on as long as each letter stands where a reader expects the next one.  What is written from
 * right to left is drawn in any order: runs with such letters are joined to whole lines by their place, and
 * their letters put in the order of reading (bidi_order.h).
 */
#ifndef STAGES_RASTERIZER_TEXT_RUNS_H
#define STAGES_RASTERIZER_TEXT_RUNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stages/rasterizer/letters.h"

struct text_run {
    uint32_t from, count; /* in order */
};

struct text_runs {
    size_t count;
    bool leftwards; /* most of the page is written from right to left */
    struct text_run run[MAX_LETTERS];
    uint32_t order[MAX_LETTERS]; /* indexes of letters */
};

/* Sets gap in the letters, too. Pure. */
void text_runs_make(struct text_runs *runs, struct letters *letters);

#endif

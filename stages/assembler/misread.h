/* misread - the formulas of a lecture's answers that were not understood, so that somebody can look at them
 *
 * Documents show what is unknown of them as it was written, in letters of code.
 */
#ifndef STAGES_ASSEMBLER_MISREAD_H
#define STAGES_ASSEMBLER_MISREAD_H

#include <stddef.h>

#include "stages/assembler/lecture.h"
#include "stages/assembler/pool.h"

struct misread {
    unsigned slide;    /* 0: in the overview */
    const char *where; /* which part of the answer, as summary.json calls it */
    const char *tex;
};

struct misreads {
    struct misread *item;
    size_t count;
};

/* In the order of the slides, the overview last. All in the pool. */
struct misreads misread_find(struct pool *pool, const struct lecture *lecture);

#endif

/* unread_formulas - the formulas of a lecture's answers that were not understood, so that somebody can look
 * at them
 *
 * Documents show what is unknown of them as it was written, in letters of code.
 */
#ifndef STAGES_ASSEMBLER_LECTURE_UNREAD_FORMULAS_H
#define STAGES_ASSEMBLER_LECTURE_UNREAD_FORMULAS_H

#include <stddef.h>

#include "stages/assembler/lecture/lecture_model.h"
#include "stages/assembler/lib/pool.h"

struct unread_formula {
    unsigned slide;    /* 0: in the overview */
    const char *where; /* which part of the answer, as summary.json calls it */
    const char *tex;
};

struct unread_formulas {
    struct unread_formula *item;
    size_t count;
};

/* In the order of the slides, the overview last. The array and all its texts live in the pool or the lecture.
 */
struct unread_formulas unread_formulas_find(struct pool *pool, const struct lecture *lecture);

#endif

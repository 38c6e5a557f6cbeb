/* picture_shrink - pictures made smaller where all of them together are too large for the file they go into
 *
 * None is left out, and only those are touched that take more than their share: a slide of text stays as
 * sharp as it was drawn.  The same pictures and the same bound give the same bytes.  What is no JPEG we can
 * read stays as it is.
 */
#ifndef STAGES_ASSEMBLER_PICTURE_SHRINK_H
#define STAGES_ASSEMBLER_PICTURE_SHRINK_H

#include <stddef.h>

#include "stages/assembler/lecture/lecture_model.h"
#include "stages/assembler/lib/pool.h"

struct shrink {
    size_t max;              /* bytes of all of them */
    unsigned quality;        /* of JPEGs that are made smaller, 20 to 95 */
    void (*tick)(void *arg); /* called now and then: it may take seconds */
    void *arg;
};

/* Replaces pictures in place; the new ones live in the pool. */
void shrink_pictures(struct pool *pool, struct picture *const *pictures, size_t count,
                     const struct shrink *how);

/* The largest size that each may have so that all together have most bytes; SIZE_MAX if they have anyway.
 * Sorts sizes. */
size_t shrink_share(size_t *sizes, size_t count, size_t max);

#endif

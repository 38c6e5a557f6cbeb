/* picture_shrink - pictures made smaller where all of them together are too large for the file they go into
 *
 * None is left out, and only those are touched that take more than their share: a slide of text stays as
 * sharp as it was drawn.  The same pictures and the same bounds give the same bytes.  What is no JPEG we can
 * read stays as it is.
 */
#ifndef STAGES_ASSEMBLER_PICTURE_SHRINK_H
#define STAGES_ASSEMBLER_PICTURE_SHRINK_H

#include <stddef.h>

#include "stages/assembler/lecture/lecture_model.h"
#include "stages/assembler/lib/pool.h"

/* Files with pictures: the documents, and the deck. */
enum { SHRINK_FILES = 2 };

/* One picture, as it goes into each file; NULL: it does not. At first all are the same. */
struct shrink_picture {
    struct picture *in[SHRINK_FILES];
};

struct shrink {
    size_t max[SHRINK_FILES]; /* bytes of all of them in a file */
    unsigned quality;         /* of JPEGs that are made smaller, 20 to 95 */
    void (*tick)(void *arg);  /* called now and then: it may take seconds */
    void *arg;
};

/* Replaces pictures in place; the new ones live in the pool. */
void shrink_pictures(struct pool *pool, const struct shrink_picture *pictures, size_t count,
                     const struct shrink *how);

/* The largest size that each may have so that all together have most bytes; SIZE_MAX if they have anyway.
 * Sorts sizes. */
size_t shrink_share(size_t *sizes, size_t count, size_t max);

#endif

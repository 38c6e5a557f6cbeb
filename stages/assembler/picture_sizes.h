/* picture_sizes - one picture in several sizes, each made when it is asked for: fewer pixels, then rougher
 *
 * The same picture, quality and bound give the same bytes, whatever was asked before.
 */
#ifndef STAGES_ASSEMBLER_PICTURE_SIZES_H
#define STAGES_ASSEMBLER_PICTURE_SIZES_H

#include "stages/assembler/lecture/lecture_model.h"

enum { PICTURE_SIZES = 8 };

struct picture_sizes {
    struct picture from;
    unsigned quality; /* of the JPEGs that are made, 20 to 95 */
    bool unreadable;
    struct picture_pixels {
        unsigned char *rgb;
        unsigned width, height, eighths; /* of each side; 0: none */
    } pixels;                            /* of the last one that was made */
    struct picture made[PICTURE_SIZES];  /* size 0: not made; owned */
};

/* About the largest one that takes at most `most` bytes; if none does, the smallest of all. NULL: it cannot
 * be read whole, or does not become smaller. Belongs to sizes. */
const struct picture *picture_sizes_fit(struct picture_sizes *sizes, size_t most);

void picture_sizes_clear(struct picture_sizes *sizes);

#endif

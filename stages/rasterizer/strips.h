/* strips - letters put together to lines, in the order in which they were drawn
 *
 * A strip goes on as long as each letter stands where a reader expects the next one.  What is written from
 * right to left is drawn in any order: strips with such letters are joined to whole lines by their place, and
 * their letters put in the order of reading (order.h).
 */
#ifndef STAGES_RASTERIZER_STRIPS_H
#define STAGES_RASTERIZER_STRIPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stages/rasterizer/letters.h"

struct strip {
    uint32_t from, count; /* in order */
};

struct strips {
    size_t count;
    bool leftwards; /* most of the page is written from right to left */
    struct strip strip[LETTERS_MOST];
    uint32_t order[LETTERS_MOST]; /* indexes of letters */
};

/* Sets gap in the letters, too. Pure. */
void strips_make(struct strips *strips, struct letters *letters);

#endif

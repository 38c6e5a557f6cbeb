/* box - rectangles on a picture, in pixels
 *
 * Pure.  x and y are its upper left corner; edges that touch do not overlap.
 */
#ifndef STAGES_ASSEMBLER_BOX_H
#define STAGES_ASSEMBLER_BOX_H

#include <stdbool.h>

struct box {
    long x, y, w, h;
};

bool box_overlap(const struct box *a, const struct box *b);

/* All of it, and is there something of it at all? */
bool box_inside(const struct box *box, const struct box *frame);

/* By so much at each side. */
struct box box_grown(struct box box, long by);

/* The least that holds both. */
struct box box_joined(struct box a, struct box b);

/* What of it lies in the frame; w or h is below 1 if nothing does. */
struct box box_cut(const struct box *box, const struct box *frame);

#endif

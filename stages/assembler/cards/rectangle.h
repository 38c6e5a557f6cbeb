/* rectangle - rectangles on a picture, in pixels
 *
 * Pure.  x and y are its upper left corner; edges that touch do not overlap.
 */
#ifndef STAGES_ASSEMBLER_CARDS_RECTANGLE_H
#define STAGES_ASSEMBLER_CARDS_RECTANGLE_H

#include <stdbool.h>

struct rectangle {
    long x, y, w, h;
};

bool rectangle_overlap(const struct rectangle *a, const struct rectangle *b);

/* All of it, and is there something of it at all? */
bool rectangle_inside(const struct rectangle *box, const struct rectangle *frame);

/* By so much at each side. */
struct rectangle rectangle_grown(struct rectangle box, long by);

/* The least that holds both. */
struct rectangle rectangle_joined(struct rectangle a, struct rectangle b);

/* What of it lies in the frame; w or h is below 1 if nothing does. */
struct rectangle rectangle_cut(const struct rectangle *box, const struct rectangle *frame);

#endif

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

/* Does all of the box lie in the frame, and has it any area? */
bool rectangle_inside(const struct rectangle *box, const struct rectangle *frame);

/* The box, larger by so many pixels at each side. */
struct rectangle rectangle_grown(struct rectangle box, long by);

/* The smallest rectangle that holds both. */
struct rectangle rectangle_joined(struct rectangle a, struct rectangle b);

/* The part of the box that lies in the frame; its w or h is below 1 if none does. */
struct rectangle rectangle_cut(const struct rectangle *box, const struct rectangle *frame);

#endif

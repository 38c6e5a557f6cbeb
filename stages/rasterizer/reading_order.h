/* reading_order - the order in which the lines of a page are read
 *
 * Programs mostly draw a page in that order, and know more of columns and tables than their places tell.  But
 * a footer may be drawn first and a title last: what stands above or below all else is put there.
 */
#ifndef STAGES_RASTERIZER_READING_ORDER_H
#define STAGES_RASTERIZER_READING_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stages/rasterizer/jail_protocol.h"

/* Fills order with the indexes of count lines (at most MAX_JAIL_LINES), which come as they were drawn, on a
 * page of that height; leftwards: it is read from right to left. Pure. */
void reading_order(uint32_t *order, const struct jail_line *lines, size_t count, int height, bool leftwards);

#endif

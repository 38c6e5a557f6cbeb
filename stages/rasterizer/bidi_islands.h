/* bidi_islands - what is read from left to right inside a line that is read from right to left
 *
 * Pure.  An island is a run of words of such scripts, of numbers, and of what stands between them and at
 * their ends: "3 MB", "-5 %", "f(x)".
 */
#ifndef STAGES_RASTERIZER_BIDI_ISLANDS_H
#define STAGES_RASTERIZER_BIDI_ISLANDS_H

#include <stddef.h>

#include "stages/rasterizer/bidi_line.h"

/* Finds the first island among the pieces from `from` up to, without, `to`. Returns the piece behind it and
 * sets *start to its first; both are `to` if there is none. */
size_t bidi_island_find(const struct bidi_line *line, size_t from, size_t to, size_t *start);

#endif

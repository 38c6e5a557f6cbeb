/* glyph_names - the characters that a glyph's name stands for, as the Adobe Glyph List Specification reads
 * names */
#ifndef STAGES_RASTERIZER_GLYPH_NAMES_H
#define STAGES_RASTERIZER_GLYPH_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "stages/rasterizer/mupdf_engine.h"

enum { GLYPH_NAMES_NOTHING = 0 }; /* the glyph is a piece of a sign */

/* "f_i" is two characters, "uni00660069" too, "fi.alt" and "u1D44E" one, and the names of TeX's own fonts are
 * known; GLYPH_NAMES_NOTHING where no character is meant. Fills at most room of to; returns
 * how many, 0 if the name says nothing. */
size_t glyph_names_spell(uint32_t *to, size_t room, const char *name);

#endif

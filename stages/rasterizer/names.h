/* names - the characters that a glyph's name stands for, as the Adobe Glyph List Specification reads names */
#ifndef STAGES_RASTERIZER_NAMES_H
#define STAGES_RASTERIZER_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "stages/rasterizer/engine.h"

/* "f_i" is two characters, "uni00660069" too, "fi.alt" and "u1D44E" one. Fills at most room of to; returns
 * how many, 0 if the name says nothing. */
size_t names_spell(uint32_t *to, size_t room, const char *name);

/* The fonts of a page's resources learn the characters of names that are made of several: the renderer keeps
 * the first alone. */
void names_teach(fz_context *ctx, pdf_document *pdf, pdf_obj *resources);

#endif

/* fonts - the fonts of a page: what the renderer does not know of them, and whether they tell the truth */
#ifndef STAGES_RASTERIZER_FONTS_H
#define STAGES_RASTERIZER_FONTS_H

#include <stdbool.h>

#include "stages/rasterizer/mupdf_engine.h"

/* Goes through the fonts in a page's resources, before the page is interpreted. They learn the characters of
 * glyph names that are made of several (the renderer keeps the first alone), and their letters are compared
 * with their shapes. A font is looked at once for a document; the process has one. */
void fonts_prepare(fz_context *ctx, pdf_document *pdf, pdf_obj *resources);

/* Does the font say that its glyphs are other letters than they show? (Shifted codes, numbers of glyphs.) */
bool fonts_lies(const void *font);

#endif

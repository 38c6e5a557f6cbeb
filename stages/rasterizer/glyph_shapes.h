/* glyph_shapes - do the letters that a font claims to have look like them?
 *
 * Capitals of one font are as high as each other and stand on the base line, and so are and do small letters
 * without ascender and descender; that holds for any honest font, small capitals and capitals alone included.
 * Where codes were shifted or numbers of glyphs taken for characters, tall, small and hanging shapes mix in
 * both groups.  Nothing is asked about language.
 */
#ifndef STAGES_RASTERIZER_GLYPH_SHAPES_H
#define STAGES_RASTERIZER_GLYPH_SHAPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A glyph and the character it is said to be. Parts of the font's size, upwards; empty: no ink. */
struct glyph_shape {
    uint32_t c;
    int32_t gid;
    float bottom, top, advance;
    bool empty;
};

/* true: what they are said to be is not what they are. Needs a dozen letters or so to say that. Pure. */
bool glyph_shapes_lie(const struct glyph_shape *shapes, size_t count);

/* Would such a glyph help to decide? Would its height? */
bool glyph_shapes_wanted(uint32_t c);
bool glyph_shapes_measured(uint32_t c);

#endif

/* face - what is to be known of a font to read its letters */
#ifndef STAGES_RASTERIZER_FACE_H
#define STAGES_RASTERIZER_FACE_H

#include <stdbool.h>
#include <stdint.h>

enum face_kind {
    FACE_TEXT,
    FACE_SYMBOL,    /* Symbol: Greek and signs under the codes of Latin letters */
    FACE_WINGDINGS, /* and its like have bullets, arrows and pictures there */
    FACE_DINGBATS,  /* ZapfDingbats */
    FACE_EXTRA,     /* MT Extra: signs of formulas */
    FACE_PICTURES,  /* other fonts of small pictures */
    FACE_STROKES,   /* pieces that drawings are put together of */
};

struct face {
    void *font; /* the renderer's own, for who asks about its glyphs; NULL in tests */
    enum face_kind kind;
    bool bold, mono, slanted;
    bool lies; /* its letters are not what it says they are (fonts.h) */
};

/* Which kind of font it is by its name in the PDF, with or without the tag of a subset ("ABCDEF+Wingdings").
 */
enum face_kind face_kind_of(const char *name);

/* The character that a letter of such a font shows: c as the PDF says it, a Unicode value or a code of the
 * font. FACE_BULLET: some small picture; 0: nothing worth keeping. */
enum { FACE_BULLET = 0x2022 };
uint32_t face_spell(enum face_kind kind, uint32_t c);

/* The code of a dingbat by the name of its glyph, as private use; c if the name says nothing. */
uint32_t face_dingbat(const char *name, uint32_t c);

#endif

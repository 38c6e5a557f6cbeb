/* font_face - what is to be known of a font to read its letters */
#ifndef STAGES_RASTERIZER_FONT_FACE_H
#define STAGES_RASTERIZER_FONT_FACE_H

#include <stdbool.h>
#include <stdint.h>

enum font_face_kind {
    FONT_FACE_TEXT,
    FONT_FACE_SYMBOL,    /* Symbol: Greek and signs under the codes of Latin letters */
    FONT_FACE_WINGDINGS, /* and its like have bullets, arrows and pictures there */
    FONT_FACE_DINGBATS,  /* ZapfDingbats */
    FONT_FACE_EXTRA,     /* MT Extra: signs of formulas */
    FONT_FACE_PICTURES,  /* other fonts of small pictures */
    FONT_FACE_STROKES,   /* pieces that drawings are put together of */
};

struct font_face {
    void *font; /* the renderer's own, for questions about its glyphs; NULL in tests */
    enum font_face_kind kind;
    bool bold, mono, slanted;
    bool lies; /* its letters are not what it says they are (fonts.h) */
};

/* Which kind of font it is by its name in the PDF, with or without the tag of a subset ("ABCDEF+Wingdings").
 */
enum font_face_kind font_face_kind_of(const char *name);

/* The character that a letter of such a font shows: c as the PDF says it, a Unicode value or a code of the
 * font. FONT_FACE_BULLET: some small picture; 0: nothing worth keeping. */
enum { FONT_FACE_BULLET = 0x2022 };
uint32_t font_face_char(enum font_face_kind kind, uint32_t c);

/* The code of a dingbat by the name of its glyph, as private use; c if the name says nothing. */
uint32_t font_face_dingbat(const char *name, uint32_t c);

#endif

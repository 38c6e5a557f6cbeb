/* bidi_line - the letters of one line as pieces from left to right: a glyph with its marks, or a space
 *
 * Pure.  From the places of the letters alone.  What the line tells about how it was drawn is found as well.
 */
#ifndef STAGES_RASTERIZER_BIDI_LINE_H
#define STAGES_RASTERIZER_BIDI_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stages/rasterizer/letters.h"

/* What a piece is to the Unicode Bidirectional Algorithm. */
enum bidi_kind { BIDI_SPACE, BIDI_LEFTWARDS, BIDI_RIGHTWARDS, BIDI_NUMBER, BIDI_SIGN };

struct bidi_piece {
    float left, right; /* along the base line, pixels */
    uint32_t c, from,
        count; /* its letters are copy[from], … of the line; count 0: a space that nobody wrote */
    enum bidi_kind kind;
};

struct bidi_line {
    struct letters *letters;                  /* borrowed */
    uint32_t copy[MAX_LETTERS];               /* indexes of letters, piece by piece */
    struct bidi_piece piece[2 * MAX_LETTERS]; /* from left to right */
    size_t count;
    bool arabic;   /* there are Arabic letters */
    bool logical;  /* most words that are read leftwards were drawn in the order in which they are read */
    bool reversed; /* so were words and numbers that are read rightwards, from the right: their order says
                      nothing */
};

/* Is a word or a number of that kind read from left to right? */
bool bidi_is_island(enum bidi_kind kind);

/* Fills line from the letters whose count (at least 1) indexes are in order, in the order of drawing. */
void bidi_line_read(struct bidi_line *line, struct letters *letters, const uint32_t *order, size_t count);

#endif

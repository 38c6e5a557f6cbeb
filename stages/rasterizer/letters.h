/* letters - the letters that a page shows, out of its display list, with the place of each
 *
 * What the renderer says of a letter is kept as it is: its Unicode value, its font, where it begins and how
 * far it reaches.  Order, spaces, words and spelling are made of it elsewhere (text_runs.c, bidi_order.c,
 * letters_spelling.c), by pure functions.  Letters that are clipped away or off the page are left out.
 */
#ifndef STAGES_RASTERIZER_LETTERS_H
#define STAGES_RASTERIZER_LETTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stages/rasterizer/mupdf_engine.h"
#include "stages/rasterizer/font_face.h"
#include "stages/rasterizer/jail_protocol.h"

enum { MAX_LETTERS = MAX_JAIL_LETTERS, MAX_FACES = 255 };

struct letter {
    uint32_t c;     /* Unicode; 0xfffd: the file does not say */
    float x, y;     /* where it begins on the base line, pixels */
    float ux, uy;   /* the direction of writing, of length 1 */
    float advance;  /* how far it reaches along that, pixels */
    float size;     /* of the font, pixels */
    float ax, ay;   /* from the base line to the font's upper edge, pixels */
    float dx, dy;   /* and to its lower edge */
    float middle;   /* of a combining mark: where its ink is, from x along the direction, pixels */
    int32_t gid;    /* its glyph in the font */
    uint16_t face;  /* index into face */
    bool joined;    /* a further character of the glyph before it: takes no place */
    bool downwards; /* how it is written */
    bool gap;       /* a space that nobody wrote stands before it (text_runs.c) */
    bool turned;    /* a bracket whose mirror image may be meant (bidi_order.c) */
};

struct letters {
    size_t count;
    bool full; /* there were more */
    size_t faces;
    struct font_face face[MAX_FACES];
    struct letter letter[MAX_LETTERS];
};

/* Fills letters from list, in pixels of a picture of that size. Keeps the fonts: letters_drop. cookie bounds
 * its time. Returns 0, or -1 if there was an error: what was read before it stays. */
int letters_read(struct letters *letters, fz_context *ctx, fz_display_list *list, fz_matrix to_pixels,
                 int width, int height, fz_cookie *cookie);

/* The letters from from on are drawn for this text (an /ActualText): they get its characters. Pure. */
void letters_replace(struct letters *letters, size_t from, const char *text);

void letters_drop(struct letters *letters, fz_context *ctx);

#endif

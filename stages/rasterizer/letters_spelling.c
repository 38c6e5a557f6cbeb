/* letters_spelling - see letters_spelling.h */
#include "stages/rasterizer/letters_spelling.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <unictype.h>
#include <uninorm.h>

#include "stages/rasterizer/mojibake.h"

enum { NOTHING = 0, UNKNOWN = 0xfffd, MAX_LINE = 16384 };

struct pair {
    uint32_t from, to;
};

/* ---- private use ---- */

/* Adobe's corporate use of U+F8E5 to U+F8FE: parts of tall brackets, and signs of other fonts. */
static const uint16_t corporate[] = {NOTHING, 0x23d0, 0x23af, 0xae,   0xa9,   0x2122, 0x239b, 0x239c, 0x239d,
                                     0x23a1,  0x23a2, 0x23a3, 0x23a7, 0x23a8, 0x23a9, 0x23aa, 0x23ae, 0x239e,
                                     0x239f,  0x23a0, 0x23a4, 0x23a5, 0x23a6, 0x23ab, 0x23ac, 0x23ad};

static bool symbolic(uint32_t c)
{
    return c >= 0xf020 && c <= 0xf0ff;
}

/* Old-style digits and small capitals of Adobe's. */
static uint32_t expert(uint32_t c)
{
    if (c >= 0xf730 && c <= 0xf739)
        return '0' + c - 0xf730;
    return c >= 0xf761 && c <= 0xf77a ? 'a' + c - 0xf761 : c & 0xff;
}

/* A sign of private use in a font that has letters otherwise: alone it is a bullet, in a row it is the code
 * of a letter. */
static uint32_t spell_private(uint32_t c, bool alone)
{
    if (symbolic(c))
        return alone && c != 0xf020 ? font_face_char(c == 0xf0b7 ? FONT_FACE_SYMBOL : FONT_FACE_WINGDINGS, c)
                                    : c & 0xff;
    if (c >= 0xf8e5 && c <= 0xf8fe)
        return corporate[c - 0xf8e5];
    if ((c >= 0xf730 && c <= 0xf739) || (c >= 0xf761 && c <= 0xf77a) || (c >= 0xf7e0 && c <= 0xf7fe))
        return expert(c);
    return UNKNOWN;
}

static bool private_use(uint32_t c)
{
    return (c >= 0xe000 && c <= 0xf8ff) || c >= 0xf0000;
}

/* ---- accents ---- */

static const struct pair accents[] = {{0x60, 0x300}, {0xb4, 0x301},  {0x2c6, 0x302}, {0x2dc, 0x303},
                                      {0xaf, 0x304}, {0x2c9, 0x304}, {0x2d8, 0x306}, {0x2d9, 0x307},
                                      {0xa8, 0x308}, {0x2da, 0x30a}, {0x2dd, 0x30b}, {0x2c7, 0x30c},
                                      {0xb8, 0x327}, {0x2db, 0x328}, {0x335, 0x335}};
enum { STROKE = 0x335, SLASH = 0x338 };

static uint32_t combining(uint32_t c)
{
    for (size_t i = 0; i < sizeof accents / sizeof accents[0]; i++)
        if (accents[i].from == c)
            return accents[i].to;
    return 0;
}

static bool drawn_over(const struct letter *accent, const struct letter *base)
{
    float along = (accent->x - base->x) * base->ux + (accent->y - base->y) * base->uy + accent->advance / 2;
    float across = fabsf((accent->y - base->y) * base->ux - (accent->x - base->x) * base->uy);

    return !base->joined && uc_is_property_alphabetic(base->c) && combining(base->c) == 0 &&
           fabsf(accent->size - base->size) <= 0.3f * base->size && across <= 0.5f * base->size &&
           along >= 0.1f * base->advance && along <= 0.9f * base->advance;
}

static uint32_t with_dot(uint32_t c)
{
    return c == 0x131 ? 'i' : c == 0x237 ? 'j' : c;
}

/* The letter with the mark in it; 0: Unicode has no such letter. */
static uint32_t composed(uint32_t c, uint32_t mark)
{
    if (mark != STROKE)
        return uc_composition(c, mark);
    return c == 'L' ? 0x141 : c == 'l' ? 0x142 : 0;
}

/* Is it a stroke through a sign ("not equal"), drawn before it? A slash counts if it lies on the sign. */
static bool negates(const struct letter *slash, const struct letter *sign)
{
    float along = (slash->x - sign->x) * sign->ux + (slash->y - sign->y) * sign->uy;
    float across = fabsf((slash->y - sign->y) * sign->ux - (slash->x - sign->x) * sign->uy);
    bool stroke = slash->c == SLASH, on = along + slash->advance / 2 > sign->advance / 4;

    return (stroke || (slash->c == '/' && on)) && !slash->joined && !sign->joined &&
           uc_composition(sign->c, SLASH) != 0 && across <= 0.3f * sign->size &&
           along >= -0.1f * sign->size && along + slash->advance <= 1.1f * sign->advance;
}

/* Puts the accent on the base: one letter where there is one, else the mark follows it. */
static void put_on(struct letter *accent, struct letter *base, bool before)
{
    uint32_t mark = combining(accent->c), c = with_dot(base->c), one = composed(c, mark);
    struct letter whole = *base;

    whole.c = one != 0 ? one : c;
    whole.joined = false;
    if (one != 0) {
        *base = whole;
        accent->c = NOTHING;
        return;
    }
    *accent = *base;
    accent->c = base->c = mark;
    accent->joined = base->joined = true;
    accent->advance = base->advance = 0;
    *(before ? accent : base) = whole; /* the one that comes first in the line */
}

static void compose(struct letters *letters)
{
    for (size_t i = 0; i < letters->count; i++) {
        struct letter *accent = &letters->letter[i];

        if (i + 1 < letters->count && negates(accent, accent + 1)) {
            accent[1].c = uc_composition(accent[1].c, SLASH);
            accent->c = NOTHING;
        }
        if (combining(accent->c) == 0 || accent->joined)
            continue;
        if (i + 1 < letters->count && drawn_over(accent, accent + 1))
            put_on(accent, accent + 1, true);
        else if (i > 0 && drawn_over(accent, accent - 1))
            put_on(accent, accent - 1, false);
    }
}

/* ---- letters ---- */

/* Windows' codes where Unicode has controls. */
static uint32_t spell_control(uint32_t c)
{
    static const uint16_t windows[32] = {0x20ac,  UNKNOWN, 0x201a, 0x192,  0x201e, 0x2026,  0x2020, 0x2021,
                                         0x2c6,   0x2030,  0x160,  0x2039, 0x152,  UNKNOWN, 0x17d,  UNKNOWN,
                                         UNKNOWN, 0x2018,  0x2019, 0x201c, 0x201d, 0x2022,  0x2013, 0x2014,
                                         0x2dc,   0x2122,  0x161,  0x203a, 0x153,  UNKNOWN, 0x17e,  0x178};

    if (c >= 0x80)
        return windows[c - 0x80];
    return c == '\t' || c == '\n' || c == '\r' ? ' ' : UNKNOWN;
}

static bool neighbour_symbolic(const struct letters *letters, size_t i)
{
    return (i > 0 && symbolic(letters->letter[i - 1].c)) ||
           (i + 1 < letters->count && symbolic(letters->letter[i + 1].c));
}

static uint32_t spell_letter(const struct letters *letters, size_t i, bool alone)
{
    enum font_face_kind kind =
        letters->faces == 0 ? FONT_FACE_TEXT : letters->face[letters->letter[i].face].kind;
    uint32_t c = font_face_char(kind, letters->letter[i].c);

    if (private_use(c))
        c = spell_private(c, alone);
    if (c >= 0x2d400 && c <= 0x2d7ff) /* LuaTeX wrote letters of formulas so, until 2018 */
        c -= 0x10000;
    if (c != NOTHING && (c < ' ' || (c >= 0x7f && c < 0xa0)))
        c = spell_control(c);
    return (c & 0xfffe) == 0xfffe || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) ? UNKNOWN : c;
}

/* A further character of a glyph whose first one goes takes its place. */
static void drop_nothings(struct letters *letters)
{
    size_t used = 0;
    bool orphan = false;

    for (size_t i = 0; i < letters->count; i++) {
        struct letter letter = letters->letter[i];

        if (letter.c == NOTHING) {
            orphan |= !letter.joined;
            continue;
        }
        letter.joined &= !orphan;
        orphan = false;
        letters->letter[used++] = letter;
    }
    letters->count = used;
}

/* Does the one begin where the other ends? */
static bool follows(const struct letter *one, const struct letter *other)
{
    float dx = one->x - other->x - other->ux * other->advance;
    float dy = one->y - other->y - other->uy * other->advance;

    return hypotf(dx, dy) < other->size / 4;
}

static bool side_by_side(const struct letters *letters, size_t i, size_t k)
{
    const struct letter *one = &letters->letter[i], *other = &letters->letter[k];

    return one->c != ' ' && one->c != 0xa0 && other->c != ' ' && other->c != 0xa0 &&
           (one->joined || other->joined || follows(one, other) || follows(other, one));
}

static bool in_word(const struct letters *letters, size_t i)
{
    return (i > 0 && side_by_side(letters, i, i - 1)) ||
           (i + 1 < letters->count && side_by_side(letters, i, i + 1));
}

struct unknowns letters_spell(struct letters *letters)
{
    static bool alone[MAX_LETTERS], inside[MAX_LETTERS];
    struct unknowns unknown = {0};

    for (size_t i = 0; i < letters->count; i++) {
        alone[i] = !neighbour_symbolic(letters, i);
        inside[i] = in_word(letters, i);
    }
    for (size_t i = 0; i < letters->count; i++) {
        uint32_t c = spell_letter(letters, i, alone[i]);

        unknown.in_words += c == UNKNOWN && inside[i];
        unknown.alone += c == UNKNOWN && !inside[i];
        if (c == UNKNOWN || c == NOTHING)
            c = letters->letter[i].joined ? NOTHING : ' '; /* it takes its place all the same */
        letters->letter[i].c = c;
    }
    compose(letters);
    drop_nothings(letters);
    return unknown;
}

/* ---- lines ---- */

struct range {
    uint32_t first, last;
};

/* Forms of letters, which the compatibility decomposition turns into the letters. */
static const struct range forms[] = {{0x2f00, 0x2fdf}, {0xfb00, 0xfb06}, {0xfb13, 0xfb17},
                                     {0xfb1d, 0xfb4f}, {0xfb50, 0xfd3d}, {0xfd50, 0xfdff},
                                     {0xfe10, 0xfe19}, {0xfe30, 0xfe4f}, {0xfe70, 0xfefc}};

static const struct pair radicals[] = {
#include "stages/rasterizer/radicals.def"
};

static int by_radical(const void *key, const void *entry)
{
    uint32_t c = *(const uint32_t *)key, from = ((const struct pair *)entry)->from;

    return (c > from) - (c < from);
}

static uint32_t plain(uint32_t c)
{
    const struct pair *radical;

    if (c < 0x2010)
        return c;
    if (c == 0x2010 || c == 0x2011)
        return '-';
    if (c < 0x2e80 || c > 0x2eff)
        return c;
    radical = bsearch(&c, radicals, sizeof radicals / sizeof *radicals, sizeof *radicals, by_radical);
    return radical == NULL ? c : radical->to;
}

static bool is_form(uint32_t c)
{
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (c >= forms[i].first && c <= forms[i].last)
            return true;
    return false;
}

/* The letters of a form, without the space that carries a mark on its own. Returns how many. */
static size_t expand(uint32_t *to, size_t room, uint32_t c)
{
    uint32_t letters[32];
    size_t size = sizeof letters / sizeof letters[0], used = 0;
    uint32_t *all = u32_normalize(UNINORM_NFKC, &c, 1, letters, &size);

    for (size_t i = 0; all != NULL && i < size && used < room; i++)
        if (all[i] != ' ' || c == 0xfdfa || c == 0xfdfb)
            to[used++] = all[i];
    if (all != letters)
        free(all);
    return used;
}

static bool above(uint32_t c)
{
    return c >= 0x300 && c < 0x370 && uc_combining_class(c) == UC_CCC_A;
}

size_t letters_spell_line(uint32_t *text, size_t count, size_t room)
{
    static uint32_t spelled[MAX_LINE], composed[MAX_LINE];
    size_t used = 0, size = MAX_LINE;
    bool marks = false;
    uint32_t *all;

    count = mojibake_mend(text, count);
    for (size_t i = 0; i < count && used < MAX_LINE; i++) {
        uint32_t c = plain(text[i]);

        if (i + 1 < count && above(text[i + 1]))
            c = with_dot(c);
        marks |= c >= 0x300;
        if (is_form(c))
            used += expand(spelled + used, MAX_LINE - used, c);
        else
            spelled[used++] = c;
    }
    if (marks && (all = u32_normalize(UNINORM_NFC, spelled, used, composed, &size)) != NULL) {
        used = size < room ? size : room;
        memcpy(text, all, used * sizeof *text);
        if (all != composed)
            free(all);
        return used;
    }
    used = used < room ? used : room;
    memcpy(text, spelled, used * sizeof *text);
    return used;
}

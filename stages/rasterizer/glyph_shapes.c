/* glyph_shapes - see glyph_shapes.h */
#include "stages/rasterizer/glyph_shapes.h"

#include <math.h>
#include <stdlib.h>

#include "stages/lib/text/char_class.h"

enum { MAX_SHAPES = 512, MIN_LETTERS = 8, MIN_WIDE = 12, MIN_SAME = 10 };

enum group { NONE, CAPITAL, SMALL, GROUPS };

/* ---- groups of letters that are as high as each other ---- */

static bool among(uint32_t c, const uint16_t *letters, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (letters[i] == c)
            return true;
    return false;
}
#define AMONG(c, letters) among((c), (letters), sizeof(letters) / sizeof(letters)[0])

static enum group group_of(uint32_t c)
{
    static const uint16_t small[] = {'a',   'c',   'e',   'm',   'n',   'o',   'r',   's',   'u',   'v',
                                     'w',   'x',   'z',   0x3b1, 0x3b5, 0x3b9, 0x3ba, 0x3bd, 0x3bf, 0x3c0,
                                     0x3c3, 0x3c4, 0x3c5, 0x3c9, 0x430, 0x432, 0x433, 0x435, 0x436, 0x437,
                                     0x438, 0x43a, 0x43b, 0x43c, 0x43d, 0x43e, 0x43f, 0x441, 0x442, 0x445,
                                     0x447, 0x448, 0x44b, 0x44c, 0x44d, 0x44e, 0x44f};
    static const uint16_t odd[] = {'J', 'Q', 0x414, 0x419, 0x426, 0x429}; /* hang, or have something on top */

    if (AMONG(c, small))
        return SMALL;
    if (((c >= 'A' && c <= 'Z') || (c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f)) &&
        !AMONG(c, odd))
        return CAPITAL;
    return NONE;
}

bool glyph_shapes_wanted(uint32_t c)
{
    return char_is_letter(c);
}

bool glyph_shapes_measured(uint32_t c)
{
    return group_of(c) != NONE;
}

static int by_size(const void *a, const void *b)
{
    float one = *(const float *)a, other = *(const float *)b;

    return (one > other) - (one < other);
}

/* Letters of a group, and how many of them are not as high as most or do not stand on the base line. */
static void count_group(const struct glyph_shape *shapes, size_t count, enum group group, unsigned *all,
                        unsigned *odd)
{
    static float tops[MAX_SHAPES];
    unsigned used = 0;
    float usual;

    for (size_t i = 0; i < count && used < MAX_SHAPES; i++)
        if (group_of(shapes[i].c) == group && !shapes[i].empty)
            tops[used++] = shapes[i].top;
    if (used == 0)
        return;
    qsort(tops, used, sizeof *tops, by_size);
    usual = tops[used / 2];
    *all += used;
    for (size_t i = 0; i < count; i++)
        if (group_of(shapes[i].c) == group && !shapes[i].empty)
            *odd += fabsf(shapes[i].top - usual) > 0.14f * fabsf(usual) ||
                    fabsf(shapes[i].bottom) > 0.14f * fabsf(usual);
}

static bool mixed(unsigned all, unsigned odd)
{
    return all >= MIN_LETTERS && odd * 100 >= 35 * all;
}

/* The letters of one group may do: where codes were shifted by a few, capitals stay capitals. */
static bool heights_lie(const struct glyph_shape *shapes, size_t count)
{
    unsigned all[GROUPS] = {0}, odd[GROUPS] = {0};

    count_group(shapes, count, CAPITAL, &all[CAPITAL], &odd[CAPITAL]);
    count_group(shapes, count, SMALL, &all[SMALL], &odd[SMALL]);
    return mixed(all[SMALL], odd[SMALL]) || mixed(all[CAPITAL], odd[CAPITAL]) ||
           mixed(all[SMALL] + all[CAPITAL], odd[SMALL] + odd[CAPITAL]);
}

/* ---- signs that are as wide as each other ---- */

static bool widths_lie(const struct glyph_shape *shapes, size_t count)
{
    unsigned wide = 0, narrow = 0;

    for (size_t i = 0; i < count; i++)
        if (char_is_wide(shapes[i].c) && shapes[i].c < 0xff00) {
            wide++;
            narrow += shapes[i].advance < 0.7f;
        }
    return wide >= MIN_WIDE && narrow * 2 > wide;
}

/* ---- one character for all glyphs ---- */

static int by_character(const void *a, const void *b)
{
    uint32_t one = ((const struct glyph_shape *)a)->c, other = ((const struct glyph_shape *)b)->c;

    return (one > other) - (one < other);
}

static bool characters_lie(const struct glyph_shape *shapes, size_t count)
{
    static struct glyph_shape sorted[MAX_SHAPES];
    size_t used = 0, distinct = 0;

    for (size_t i = 0; i < count && used < MAX_SHAPES; i++)
        if (shapes[i].c < 0x80) /* a sign of a formula may well come in a dozen sizes */
            sorted[used++] = shapes[i];
    qsort(sorted, used, sizeof *sorted, by_character);
    for (size_t i = 0; i < used; i++)
        distinct += i == 0 || sorted[i].c != sorted[i - 1].c;
    return used >= MIN_SAME && distinct * 5 <= used;
}

bool glyph_shapes_lie(const struct glyph_shape *shapes, size_t count)
{
    return heights_lie(shapes, count) || widths_lie(shapes, count) || characters_lie(shapes, count);
}

/* glyph - see glyph.h */
#include "stages/lib/glyph.h"

#include <string.h>

#include "proto/utf8.h"

struct range {
    uint32_t from, to;
};

static bool within(uint32_t c, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (c >= ranges[i].from && c <= ranges[i].to)
            return true;
    return false;
}

#define WITHIN(c, ranges) within((c), (ranges), sizeof(ranges) / sizeof(ranges)[0])

bool glyph_letter(uint32_t c)
{
    static const struct range ranges[] = {
        {'A', 'Z'},       {'a', 'z'},       {0xaa, 0xaa},      {0xb5, 0xb5},     {0xba, 0xba},
        {0xc0, 0xd6},     {0xd8, 0xf6},     {0xf8, 0x2ff},     {0x370, 0x1fff},  {0x3041, 0x30ff},
        {0x3100, 0x9fff}, {0xa000, 0xd7ff}, {0xf900, 0xfdff},  {0xfe70, 0xfeff}, {0xff21, 0xff3a},
        {0xff41, 0xff5a}, {0xff66, 0xffdc}, {0x20000, 0x3ffff}};

    return WITHIN(c, ranges);
}

bool glyph_digit(uint32_t c)
{
    return (c >= '0' && c <= '9') || (c >= 0xff10 && c <= 0xff19);
}

bool glyph_lower(uint32_t c)
{
    static const struct range ranges[] = {
        {'a', 'z'}, {0xdf, 0xf6}, {0xf8, 0xff}, {0x3ac, 0x3ce}, {0x430, 0x45f}};

    return WITHIN(c, ranges) || (c >= 0x100 && c <= 0x17f && (c & 1) == 1);
}

uint32_t glyph_small(uint32_t c)
{
    if (c >= 0xff01 && c <= 0xff5e)
        c -= 0xfee0;
    if ((c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7) || (c >= 0x391 && c <= 0x3ab) ||
        (c >= 0x410 && c <= 0x42f))
        return c + 0x20;
    if (c >= 0x400 && c <= 0x40f)
        return c + 0x50;
    if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e)) /* there the odd ones are capitals */
        return c + (c & 1);
    return c >= 0x100 && c <= 0x177 && c != 0x130 && c != 0x138 ? c | 1 : c;
}

bool glyph_wide(uint32_t c)
{
    static const struct range ranges[] = {{0x2e80, 0x2fff}, {0x3000, 0x9fff}, {0xac00, 0xd7ff},
                                          {0xf900, 0xfaff}, {0xff00, 0xffef}, {0x20000, 0x3ffff}};

    return WITHIN(c, ranges);
}

bool glyph_leftwards(uint32_t c)
{
    static const struct range ranges[] = {{0x5be, 0x5f4},   {0x608, 0x64a},     {0x66d, 0x6d5},
                                          {0x6e5, 0x6ef},   {0x6fa, 0x8ff},     {0xfb1d, 0xfdff},
                                          {0xfe70, 0xfefc}, {0x10800, 0x10fff}, {0x1e800, 0x1efff}};

    return c >= 0x590 && WITHIN(c, ranges);
}

bool glyph_bullet(uint32_t c)
{
    static const uint32_t bullets[] = {
        0x2022, 0x2023, 0x2043, 0x204c, 0x204d, 0x2219, 0xb7,   0x25aa, 0x25ab, 0x25a0, 0x25a1, 0x25b6,
        0x25b8, 0x25ba, 0x25b9, 0x25c6, 0x25c7, 0x25cb, 0x25cf, 0x25e6, 0x25fc, 0x25fb, 0x25fe, 0x25fd,
        0x2605, 0x2606, 0x2610, 0x2611, 0x2713, 0x2714, 0x2717, 0x2756, 0x2794, 0x27a2, 0x27a4, 0x2bc8,
        0x203b, 0x30fb, 0x2013, 0x2014, 0x2192, 0x21d2, 0x25ae, 0x2716, 0x2718, 0x2612, 0x2751, 0x2752,
        0x274d, 0x261b, 0x261e, 0x27a5, 0x279c, 0x2bc1, '-',    '*',    '+',    0xfffd};

    for (size_t i = 0; i < sizeof bullets / sizeof bullets[0]; i++)
        if (bullets[i] == c)
            return true;
    return c >= 0xe000 && c <= 0xf8ff; /* private use: symbol fonts */
}

bool glyph_ends(uint32_t c)
{
    return c != 0 && c < 0x10000 &&
           (c == 0x3002 || c == 0xff01 || c == 0xff1f || c == 0xff0e || c == 0x2026 ||
            (c < 0x80 && strchr(".!?:;", (int)c) != NULL));
}

uint32_t glyph_first(const char *text)
{
    uint32_t c = 0;

    if (*text != '\0')
        utf8_next(text, strlen(text), &c);
    return c;
}

uint32_t glyph_last(const char *text)
{
    size_t at = strlen(text), size = at;
    uint32_t c = 0;

    if (size == 0)
        return 0;
    do
        at--;
    while (at > 0 && ((unsigned char)text[at] & 0xc0) == 0x80);
    utf8_next(text + at, size - at, &c);
    return c;
}

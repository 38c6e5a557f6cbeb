/* char_class - see char_class.h */
#include "stages/lib/text/char_class.h"

#include <stddef.h>
#include <string.h>

#include <unicase.h>
#include <unictype.h>
#include <unistr.h>

bool char_is_letter(uint32_t c)
{
    int class;

    if (c < 0x80)
        return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    if (uc_is_property_alphabetic(c))
        return true;
    class =
        uc_combining_class(c); /* viramas, vowel points and tones belong to words, accents stand on letters */
    return class >= UC_CCC_NK && class < UC_CCC_ATBL;
}

bool char_is_digit(uint32_t c)
{
    return c < 0x80 ? c >= '0' && c <= '9' : uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Nd);
}

bool char_is_lower(uint32_t c)
{
    return c < 0x80 ? c >= 'a' && c <= 'z' : uc_is_lower(c);
}

bool char_is_blank(uint32_t c)
{
    return c < 0x80 ? c == '\t' || c == ' ' : uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Zs);
}

uint32_t char_to_lower(uint32_t c)
{
    if (c < 0x80)
        return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
    return uc_tolower(c >= 0xff01 && c <= 0xff5e ? c - 0xfee0 : c);
}

bool char_is_wide(uint32_t c)
{
    static const struct {
        uint32_t from, to;
    } blocks[] = {{0x2e80, 0x9fff}, {0xac00, 0xd7ff}, {0xf900, 0xfaff}, {0xff00, 0xffef}, {0x20000, 0x3ffff}};

    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        if (c >= blocks[i].from && c <= blocks[i].to)
            return true;
    return false;
}

bool char_is_right_to_left(uint32_t c)
{
    int class = uc_bidi_class(c);

    return class == UC_BIDI_R || class == UC_BIDI_AL;
}

bool char_is_bullet(uint32_t c)
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

bool char_ends_sentence(uint32_t c)
{
    return c != 0 && c < 0x10000 &&
           (c == 0x3002 || c == 0xff01 || c == 0xff1f || c == 0xff0e || c == 0x2026 ||
            (c < 0x80 && strchr(".!?:;", (int)c) != NULL));
}

uint32_t char_first(const char *text)
{
    ucs4_t c = 0;

    u8_next(&c, (const uint8_t *)text);
    return c;
}

uint32_t char_last(const char *text)
{
    const uint8_t *start = (const uint8_t *)text;
    ucs4_t c = 0;

    u8_prev(&c, start + strlen(text), start);
    return c;
}

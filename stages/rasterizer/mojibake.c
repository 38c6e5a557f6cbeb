/* mojibake - see mojibake.h
 *
 * Only what no one writes counts: letters of Latin-1 behind Â or Ã, punctuation behind "â€", and what becomes
 * a letter of Latin Extended-A if a sign stands for its second byte.
 */
#include "stages/rasterizer/mojibake.h"

#include <stdbool.h>

#include "stages/lib/text/char_class.h"

/* The byte that is this character in Windows-1252; 0: none that can follow in UTF-8. */
static uint32_t byte_of(uint32_t c)
{
    static const uint16_t windows[] = {0x20ac, 0,      0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021,
                                       0x2c6,  0x2030, 0x160,  0x2039, 0x152,  0,      0x17d,  0,
                                       0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                       0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0,      0x17e,  0x178};

    if (c >= 0xa1 && c <= 0xbf) /* 0xa0 is a space, and may be one */
        return c;
    for (uint32_t i = 0; i < sizeof windows / sizeof *windows; i++)
        if (c != 0 && windows[i] == c)
            return 0x80 + i;
    return 0;
}

/* The character that begins at i, and how many it was taken for; 0: none. */
static uint32_t meant(const uint32_t *text, size_t count, size_t i, size_t *size)
{
    uint32_t lead = text[i], next = i + 1 < count ? byte_of(text[i + 1]) : 0;

    *size = 2;
    if (next == 0)
        return 0;
    if (lead == 0xc2 || lead == 0xc3)
        return lead == 0xc2 && next < 0xa0 ? 0 : (lead & 0x1f) << 6 | (next & 0x3f);
    if ((lead == 0xc4 || lead == 0xc5) && (next > 0xa0 || !char_is_letter(text[i + 1])))
        return (lead & 0x1f) << 6 | (next & 0x3f);
    *size = 3;
    if (lead != 0xe2 || next != 0x80 || i + 2 >= count || byte_of(text[i + 2]) == 0)
        return 0;
    return 0x2000 | (byte_of(text[i + 2]) & 0x3f);
}

size_t mojibake_mend(uint32_t *text, size_t count)
{
    size_t used = 0, size;

    for (size_t i = 0; i < count; i += size) {
        uint32_t c = meant(text, count, i, &size);

        if (c == 0)
            size = 1;
        text[used++] = c == 0 ? text[i] : c;
    }
    return used;
}

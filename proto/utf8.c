/* utf8 - see utf8.h */
#include "proto/utf8.h"

#include <string.h>

static const struct {
    uint8_t mask, lead;
    uint32_t min;
} forms[] = {{0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};

size_t utf8_next(const char *text, size_t size, uint32_t *c)
{
    const uint8_t *b = (const uint8_t *)text;

    for (size_t extra = 0; extra < sizeof forms / sizeof *forms; extra++) {
        uint32_t value;

        if ((b[0] & forms[extra].mask) != forms[extra].lead)
            continue;
        if (size < extra + 1)
            return 0;
        value = b[0] & (uint8_t)~forms[extra].mask;
        for (size_t i = 1; i <= extra; i++) {
            if ((b[i] & 0xc0) != 0x80)
                return 0;
            value = value << 6 | (b[i] & 0x3f);
        }
        if (value < forms[extra].min || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
            return 0;
        *c = value;
        return extra + 1;
    }
    return 0;
}

bool utf8_valid(const char *text, size_t size)
{
    size_t at = 0;

    while (at < size) {
        uint32_t c;
        size_t step = utf8_next(text + at, size - at, &c);

        if (step == 0 || c == 0)
            return false;
        at += step;
    }
    return true;
}

size_t utf8_cut(const char *text, size_t size, size_t max)
{
    if (size <= max)
        return size;
    while (max > 0 && ((uint8_t)text[max] & 0xc0) == 0x80)
        max--;
    return max;
}

int utf8_head(const char *text, size_t max)
{
    return (int)utf8_cut(text, strlen(text), max);
}

void utf8_mend(char *text)
{
    size_t size = strlen(text);

    for (size_t at = 0; at < size;) {
        uint32_t c;
        size_t step = utf8_next(text + at, size - at, &c);

        if (step == 0)
            text[at] = '?';
        at += step == 0 ? 1 : step;
    }
}

size_t utf8_put(char to[4], uint32_t c)
{
    size_t extra = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;

    for (size_t i = extra; i > 0; i--, c >>= 6)
        to[i] = (char)(0x80 | (c & 0x3f));
    to[0] = (char)(forms[extra].lead | c);
    return extra + 1;
}

/* fold - see fold.h */
#include "stages/lib/fold.h"

#include <stdbool.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/lib/glyph.h"

static bool combining(uint32_t c)
{
    return (c >= 0x300 && c <= 0x36f) || c == 0xad || (c >= 0x200b && c <= 0x200f);
}

/* Stands between words, or around them. */
static bool between(uint32_t c)
{
    return c <= ' ' || (c < 0x80 && strchr(".,:;!?\"`()[]_", (int)c) != NULL) ||
           (c >= 0x2010 && c <= 0x201f) || c == 0xa0 || c == 0xa1 || c == 0xbf || c == 0xab || c == 0xbb ||
           c == 0x2026 || c == 0x2039 || c == 0x203a || (c >= 0x3000 && c <= 0x3020) || c == 0xff01 ||
           c == 0xff0c || c == 0xff1a || c == 0xff1b || c == 0xff1f || c == 0xff08 || c == 0xff09;
}

static char *folded(const char *text, bool signs)
{
    size_t size = strlen(text), used = 0, step;
    char *out = need(size + 1);
    bool parted = false;
    uint32_t c;

    for (size_t at = 0; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step) {
        char shape[4];
        size_t bytes;

        if (combining(c))
            continue;
        if (signs ? between(c) : !glyph_letter(c) && !glyph_digit(c)) {
            parted = used > 0;
            continue;
        }
        if (parted)
            out[used++] = ' ';
        parted = false;
        bytes = utf8_put(shape, glyph_small(c));
        must(bytes <= step); /* small letters are never longer, so out has room */
        memcpy(out + used, shape, bytes);
        used += bytes;
    }
    out[used] = '\0';
    return out;
}

char *fold(const char *text)
{
    return folded(text, false);
}

char *fold_question(const char *text)
{
    return folded(text, true);
}

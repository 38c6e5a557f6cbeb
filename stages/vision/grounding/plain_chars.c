/* plain_chars - see plain_chars.h */
#include "stages/vision/grounding/plain_chars.h"

#include <stdlib.h>
#include <string.h>

#include <unictype.h>
#include <uninorm.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/lib/text/char_class.h"

/* What one character is compatible with (NFKC), if that is one character, too. */
static uint32_t compatible(uint32_t c)
{
    ucs4_t all[UC_DECOMPOSITION_MAX_LENGTH];
    size_t size = sizeof all / sizeof *all;

    return u32_normalize(UNINORM_NFKC, &c, 1, all, &size) == all && size == 1 ? all[0] : c;
}

/* Another shape of a letter or digit: mathematical, full width; lowered digits. Raised ones are powers. */
static uint32_t plain_shape(uint32_t c)
{
    ucs4_t parts[UC_DECOMPOSITION_MAX_LENGTH];
    int shape, count = uc_decomposition(c, &shape, parts);

    if (count != 1)
        return c;
    if (shape == UC_DECOMP_FONT || shape == UC_DECOMP_WIDE)
        return compatible(c);
    return shape == UC_DECOMP_SUB && parts[0] >= '0' && parts[0] <= '9' ? parts[0] : c;
}

static uint32_t plain(uint32_t c)
{
    int digit;

    if (c < 0x80)
        return c;
    digit = uc_decimal_value(c);
    if (digit >= 0)
        return '0' + (uint32_t)digit;
    if (c == 0x2212 || (c >= 0x2010 && c <= 0x2013))
        return '-';
    return c == 0x2019 || c == 0x2032 ? '\'' : plain_shape(c);
}

struct plain_chars *plain_chars_of(const char *text)
{
    struct plain_chars *chars = need(sizeof *chars);
    size_t size = strlen(text), at = 0, step;
    uint32_t c;

    *chars = (struct plain_chars){.c = need((size + 1) * sizeof *chars->c),
                                  .at = need((size + 1) * sizeof *chars->at)};
    for (; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step) {
        chars->at[chars->count] = at;
        chars->c[chars->count++] = plain(c);
    }
    chars->at[chars->count] = at;
    return chars;
}

/* How many characters at i spell a plain sign, and which; 0: they are no such thing. */
static size_t spelled(const struct plain_chars *t, size_t i, uint32_t *sign)
{
    uint32_t next = i + 1 < t->count ? t->c[i + 1] : 0;

    *sign = next == '%' || next == '$' || next == '#' || next == '&' ? next : ' ';
    if (t->c[i] == '\\' && next < 0x80 && next != 0 && strchr("%$#&,;:! ", (int)next) != NULL)
        return 2;
    *sign = next;
    return t->c[i] == '{' && next == ',' && i + 2 < t->count && t->c[i + 2] == '}' ? 3 : 0;
}

void plain_chars_unescape(struct plain_chars *chars)
{
    size_t used = 0, step;

    for (size_t i = 0; i < chars->count; i += step, used++) {
        uint32_t sign;

        step = spelled(chars, i, &sign);
        chars->at[used] = chars->at[i];
        chars->c[used] = step > 0 ? sign : chars->c[i];
        step = step > 0 ? step : 1;
    }
    chars->at[used] = chars->at[chars->count];
    chars->count = used;
}

void plain_chars_free(struct plain_chars **chars)
{
    if (*chars == NULL)
        return;
    free((*chars)->c);
    free((*chars)->at);
    free(*chars);
    *chars = NULL;
}

char *plain_chars_cut(const char *text, const struct plain_chars *chars, size_t from, size_t to)
{
    char *copy;

    while (from < to && (char_is_blank(chars->c[from]) || chars->c[from] == '\n'))
        from++;
    while (to > from && (char_is_blank(chars->c[to - 1]) || chars->c[to - 1] == '\n'))
        to--;
    copy = need(chars->at[to] - chars->at[from] + 1);
    memcpy(copy, text + chars->at[from], chars->at[to] - chars->at[from]);
    copy[chars->at[to] - chars->at[from]] = '\0';
    return copy;
}

bool plain_is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

bool plain_is_superscript(uint32_t c)
{
    return c == 0xb2 || c == 0xb3 || c == 0xb9 || (c >= 0x2070 && c <= 0x207f);
}

/* runes - see runes.h */
#include "stages/vision/runes.h"

#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"

/* Alphabets that stand in blocks of their own. */
static const struct {
    uint32_t from, to, period;
    uint32_t first; /* what the first of each period is */
} blocks[] = {
    {0xff01, 0xff5e, 0x5e, 0x21},  /* full width */
    {0x660, 0x669, 10, '0'},       /* Arabic digits */
    {0x6f0, 0x6f9, 10, '0'},       /* Persian digits */
    {0x966, 0x96f, 10, '0'},       /* Devanagari digits */
    {0x9e6, 0x9ef, 10, '0'},       /* Bengali digits */
    {0x1d7ce, 0x1d7ff, 10, '0'},   /* mathematical digits */
    {0x1d6a8, 0x1d7c9, 58, 0x391}, /* mathematical Greek */
    {0x2080, 0x2089, 10, '0'},     /* subscripts */
};

static uint32_t plain_letter(uint32_t c)
{
    uint32_t place = (c - 0x1d400) % 52; /* A-Z, a-z, in thirteen styles */

    return place < 26 ? 'A' + place : 'a' + place - 26;
}

/* Mathematical Greek has 25 capitals, nabla, 25 small letters, a partial sign and six variants. */
static uint32_t plain_greek(uint32_t place)
{
    static const uint32_t variants[] = {0x2202, 0x3b5, 0x3b8, 0x3ba, 0x3c6, 0x3c1, 0x3c0};

    if (place < 25)
        return place == 17 ? 0x398 : 0x391 + place;
    if (place == 25)
        return 0x2207;
    return place < 51 ? 0x3b1 + place - 26 : variants[place - 51];
}

static uint32_t plain(uint32_t c)
{
    if (c >= 0x1d400 && c <= 0x1d6a3)
        return plain_letter(c);
    if (c == 0x210e)
        return 'h'; /* the gap in italics */
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        if (c >= blocks[i].from && c <= blocks[i].to) {
            uint32_t place = (c - blocks[i].from) % blocks[i].period;

            return blocks[i].first == 0x391 ? plain_greek(place) : blocks[i].first + place;
        }
    return c == 0x2212 || (c >= 0x2010 && c <= 0x2013) ? '-' : c == 0x2019 || c == 0x2032 ? '\'' : c;
}

struct runes *runes_of(const char *text)
{
    struct runes *runes = need(sizeof *runes);
    size_t size = strlen(text), at = 0, step;
    uint32_t c;

    *runes =
        (struct runes){.c = need((size + 1) * sizeof *runes->c), .at = need((size + 1) * sizeof *runes->at)};
    for (; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step) {
        runes->at[runes->count] = at;
        runes->c[runes->count++] = plain(c);
    }
    runes->at[runes->count] = at;
    return runes;
}

/* How many characters at i spell a plain sign, and which; 0: they are no such thing. */
static size_t spelled(const struct runes *t, size_t i, uint32_t *sign)
{
    uint32_t next = i + 1 < t->count ? t->c[i + 1] : 0;

    *sign = next == '%' || next == '$' || next == '#' || next == '&' ? next : ' ';
    if (t->c[i] == '\\' && next < 0x80 && next != 0 && strchr("%$#&,;:! ", (int)next) != NULL)
        return 2;
    *sign = next;
    return t->c[i] == '{' && next == ',' && i + 2 < t->count && t->c[i + 2] == '}' ? 3 : 0;
}

void runes_ease(struct runes *runes)
{
    size_t used = 0, step;

    for (size_t i = 0; i < runes->count; i += step, used++) {
        uint32_t sign;

        step = spelled(runes, i, &sign);
        runes->at[used] = runes->at[i];
        runes->c[used] = step > 0 ? sign : runes->c[i];
        step = step > 0 ? step : 1;
    }
    runes->at[used] = runes->at[runes->count];
    runes->count = used;
}

void runes_free(struct runes **runes)
{
    if (*runes == NULL)
        return;
    free((*runes)->c);
    free((*runes)->at);
    free(*runes);
    *runes = NULL;
}

char *runes_cut(const char *text, const struct runes *runes, size_t from, size_t to)
{
    char *copy;

    while (from < to && (rune_blank(runes->c[from]) || runes->c[from] == '\n'))
        from++;
    while (to > from && (rune_blank(runes->c[to - 1]) || runes->c[to - 1] == '\n'))
        to--;
    copy = need(runes->at[to] - runes->at[from] + 1);
    memcpy(copy, text + runes->at[from], runes->at[to] - runes->at[from]);
    copy[runes->at[to] - runes->at[from]] = '\0';
    return copy;
}

bool rune_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

bool rune_raised(uint32_t c)
{
    return c == 0xb2 || c == 0xb3 || c == 0xb9 || (c >= 0x2070 && c <= 0x207f);
}

bool rune_blank(uint32_t c)
{
    return c == ' ' || c == '\t' || c == 0xa0 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x3000;
}

/* bidi_islands - see bidi_islands.h */
#include "stages/rasterizer/bidi_islands.h"

#include <stdint.h>
#include <string.h>

#include <fribidi.h>

enum { MAX_JOIN = 4 };

static bool one_of(uint32_t c, const char *signs)
{
    return c < 0x80 && c != 0 && strchr(signs, (int)c) != NULL;
}

static bool open_at(const struct bidi_line *line, size_t i, size_t from, size_t to)
{
    return i < from || i >= to || line->piece[i].kind == BIDI_SPACE;
}

/* The number that digits before (or from) a place make; -1: none. */
static long number_at(const struct bidi_line *line, size_t i, size_t from, size_t to, int step)
{
    long value = 0, power = 1;
    unsigned digits = 0;

    for (; i >= from && i < to && line->piece[i].kind == BIDI_NUMBER && digits < 9; i += (size_t)(long)step) {
        long digit = (long)line->piece[i].c & 0xf;

        value = step > 0 ? value * 10 + digit : value + power * digit;
        power *= 10;
        digits++;
    }
    return digits == 0 ? -1 : value;
}

/* Do two numbers with a dash between stand in the order in which they count? */
static bool counts(const struct bidi_line *line, size_t end, size_t next, size_t from, size_t to)
{
    return number_at(line, end - 1, from, to, -1) < number_at(line, next, from, to, 1);
}

static bool is_dash(uint32_t c)
{
    return c == '-' || c == 0x2013 || c == 0x2014 || c == 0x2212;
}

/* Is the word that ends before end a unit, as behind a number? Its picture is "nm 7.5" where no one turned
 * it. */
static bool is_unit(const struct bidi_line *line, size_t end, size_t from)
{
    static const char *const units[] = {"nm",   "mm",   "cm",  "m",   "km",  "kg",  "g",  "mg", "s",  "ms",
                                        "ns",   "Hz",   "kHz", "MHz", "GHz", "KB",  "kB", "MB", "GB", "TB",
                                        "V",    "kV",   "mV",  "W",   "kW",  "MW",  "eV", "J",  "kJ", "K",
                                        "Pa",   "kPa",  "px",  "pt",  "bit", "mol", "ml", "L",  "l",  "kbps",
                                        "Mbps", "Gbps", "dB",  "N",   "h",   "min", "A",  "mA"};
    char word[8];
    size_t start = end, used = 0;

    while (start > from && line->piece[start - 1].kind == BIDI_RIGHTWARDS)
        start--;
    for (size_t i = start; i < end && used + 1 < sizeof word; i++)
        word[used++] = line->piece[i].c == 0xb5 || line->piece[i].c == 0x3bc
                           ? 'n'
                           : (char)line->piece[i].c; /* micro, too */
    word[used] = '\0';
    for (size_t i = 0; i < sizeof units / sizeof units[0] && used == end - start; i++)
        if (strcmp(word, units[i]) == 0)
            return true;
    return false;
}

static int depth_of(const struct bidi_line *line, size_t from, size_t to)
{
    int depth = 0;

    for (size_t i = from; i < to; i++)
        depth += one_of(line->piece[i].c, "([{") - one_of(line->piece[i].c, ")]}");
    return depth;
}

/* Does a bracket close between that the island has not opened, and stands as if it opened, behind a space? It
 * is turned, and belongs to what is read leftwards. */
static bool turns(const struct bidi_line *line, size_t start, size_t end, size_t next)
{
    for (size_t i = end + 1; i < next; i++)
        if (one_of(line->piece[i].c, ")]}") && line->piece[i - 1].kind == BIDI_SPACE &&
            line->piece[i + 1].kind != BIDI_SPACE && depth_of(line, start, i + 1) < 0)
            return true;
    return false;
}

/* Does an island from start to end go on at next, over the signs between? "MB 3" may be the picture of "3
 * MB", and then was drawn from right to left. */
static bool goes_on(const struct bidi_line *line, size_t start, size_t end, size_t next, size_t from,
                    size_t to)
{
    size_t between = next - end;
    uint32_t sign = line->piece[end].c;
    FriBidiCharType type;

    if (between == 0)
        return true;
    if (turns(line, start, end, next))
        return false;
    if (!line->reversed && line->copy[line->piece[next].from] < line->copy[line->piece[end - 1].from])
        return false;
    if (line->logical && !line->reversed && between <= MAX_JOIN)
        return true;
    if (line->piece[end - 1].kind == BIDI_RIGHTWARDS && line->piece[next].kind == BIDI_NUMBER &&
        sign == ' ' && is_unit(line, end, from))
        return false;
    if (line->piece[end - 1].kind == BIDI_RIGHTWARDS || line->piece[next].kind == BIDI_RIGHTWARDS)
        return between <= MAX_JOIN;
    if (between != 1)
        return between == 3 && is_dash(line->piece[end + 1].c) && counts(line, end, next, from, to);
    type = fribidi_get_bidi_type(sign);
    if (type == FRIBIDI_TYPE_CS)
        return true;
    if (is_dash(sign))
        return (type == FRIBIDI_TYPE_ES && !line->arabic) || counts(line, end, next, from, to);
    return type == FRIBIDI_TYPE_ES && !line->arabic;
}

/* Signs that belong to the island at its right end. */
static size_t widen_right(const struct bidi_line *line, size_t start, size_t end, size_t from, size_t to)
{
    for (; end < to && line->piece[end].kind == BIDI_SIGN; end++) {
        uint32_t c = line->piece[end].c;
        bool number = line->piece[end - 1].kind == BIDI_NUMBER;
        bool unit = number && fribidi_get_bidi_type(c) == FRIBIDI_TYPE_ET && c != '#';
        bool closes = one_of(c, ")]}") && depth_of(line, start, end) > 0;
        size_t after = end + 1;

        while (after < to && one_of(line->piece[after].c, ".,:;!?+#*/_%"))
            after++;
        if (!unit && !closes && !(one_of(c, ".,:;!?+#*/_%") && open_at(line, after, from, to)))
            break;
    }
    return end;
}

/* Signs that belong to it at its left end. */
static size_t widen_left(const struct bidi_line *line, size_t start, size_t end, size_t from, size_t to)
{
    uint32_t c = start > from ? line->piece[start - 1].c : 0;
    bool number = line->piece[start].kind == BIDI_NUMBER, open = open_at(line, start - 2, from, to);

    if (start == from)
        return start;
    open = open || start - 1 == from;
    if (number && open && (is_dash(c) || c == '+' || c == 0xb1))
        return start - 1;
    if (number && (c == '$' || (c >= 0x20a0 && c <= 0x20cf) || c == 0xa3 || c == 0xa5))
        return start - 1;
    return one_of(c, "([{") && depth_of(line, start, end) < 0 ? start - 1 : start;
}

size_t bidi_island_find(const struct bidi_line *line, size_t from, size_t to, size_t *start)
{
    size_t at = from, end;

    while (at < to && !bidi_is_island(line->piece[at].kind))
        at++;
    *start = at;
    if (at == to)
        return to;
    end = at + 1;
    for (;;) {
        size_t next = end;

        while (next < to && (line->piece[next].kind == BIDI_SPACE || line->piece[next].kind == BIDI_SIGN))
            next++;
        if (next == to || !bidi_is_island(line->piece[next].kind) || !goes_on(line, at, end, next, from, to))
            break;
        end = next + 1;
    }
    end = widen_right(line, at, end, from, to);
    *start = widen_left(line, at, end, from, to);
    return end;
}

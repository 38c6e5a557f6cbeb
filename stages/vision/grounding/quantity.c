/* quantity - see quantity.h */
#include "stages/vision/grounding/quantity.h"

#include <string.h>

#include "stages/lib/text/char_class.h"

enum {
    MIN_SWAPPED = 3, /* digits of a number in which two may be swapped */
    MIN_MOVED = 2,   /* of one whose point may have moved */
    MAX_UNIT = 8
};

/* ---- units and symbols ---- */

static bool is_money(uint32_t c)
{
    return c == '$' || (c >= 0xa2 && c <= 0xa5) || (c >= 0x20a0 && c <= 0x20bf);
}

/* Short words behind numbers that are units; all others may be anything. */
static bool is_unit(const char *word)
{
    static const char list[] =
        " km m cm mm nm kg g mg t s ms ns min h hz khz mhz ghz b kb mb gb tb kib mib gib bit mv kv v ma w kw "
        "mw kwh j kj k c f pa kpa bar mol l ml px fps db rpm usd eur gbp ppm ppb ev n ohm ha mpa gw mwh ";
    char key[MAX_UNIT + 3] = " ";

    strcat(strcat(key, word), " ");
    return *word != '\0' && strstr(list, key) != NULL;
}

/* "km" of km/h, in small letters; "" if it is no ASCII word of a few letters. */
static void short_word(const struct plain_chars *t, size_t from, size_t to, char word[MAX_UNIT + 1])
{
    size_t used = 0;

    for (size_t i = from; i < to && to - from <= MAX_UNIT && t->c[i] < 0x80; i++)
        word[used++] = (char)char_to_lower(t->c[i]);
    word[used == to - from ? used : 0] = '\0';
}

/* A unit of the list, all of it: km/h is not km. */
static uint64_t hash_of_unit(const struct plain_chars *t, size_t from, size_t to)
{
    uint64_t hash = 1;
    size_t at = from;

    for (; at < to; at++)
        hash = hash * 131 + char_to_lower(t->c[at]);
    while (at < t->count && at - from < 2 * MAX_UNIT &&
           (nearby_is_part(t, at) || (t->c[at] == '/' && at + 1 < t->count && nearby_is_part(t, at + 1))))
        hash = hash * 131 + t->c[at++];
    return hash;
}

/* What the number counts: a percent sign, a currency before or behind it, one Chinese or Japanese character,
 * a unit, or any other word that counts (48 chromosomes). end: behind it. */
static uint64_t unit_of(const struct plain_chars *t, const struct number_text *n, size_t *end, bool *any_word)
{
    size_t at = n->to, to;
    char word[MAX_UNIT + 1];
    uint64_t stem;

    *end = at;
    *any_word = false;
    if (n->percent)
        return '%';
    if (n->from > 0 && is_money(t->c[n->from - 1]))
        return t->c[n->from - 1];
    while (at < t->count && at - n->to < MAX_UNIT && (char_is_blank(t->c[at]) || t->c[at] == 0xb0))
        at++;
    if (at == t->count)
        return 0;
    if (is_money(t->c[at]) || (char_is_letter(t->c[at]) && char_is_wide(t->c[at])))
        return t->c[at];
    stem = nearby_stem(t, at, &to);
    short_word(t, at, to, word);
    *any_word = stem != 0 && !is_unit(word);
    *end = *any_word || is_unit(word) ? to : n->to;
    return is_unit(word) ? hash_of_unit(t, at, to) : stem;
}

/* The letter before an equals sign before the number: g = 9.81. */
static uint64_t symbol_of(const struct plain_chars *t, size_t from)
{
    size_t at = from;

    while (at > 0 && from - at < MAX_UNIT && char_is_blank(t->c[at - 1]))
        at--;
    if (at == 0 || (t->c[at - 1] != '=' && t->c[at - 1] != 0x2248))
        return 0;
    at--;
    while (at > 0 && from - at < 2 * MAX_UNIT && char_is_blank(t->c[at - 1]))
        at--;
    return at > 0 && char_is_letter(t->c[at - 1]) && (at == 1 || !nearby_is_part(t, at - 2)) ? t->c[at - 1]
                                                                                             : 0;
}

/* ---- quantities ---- */

struct digits digits_of(const struct plain_chars *t, const struct number_text *n)
{
    struct digits digits = {.count = 0};

    for (size_t i = n->from; i < n->to && digits.count < MAX_DIGITS; i++)
        if (plain_is_digit(t->c[i]) && (digits.count > 0 || t->c[i] != '0'))
            digits.text[digits.count++] = (char)t->c[i];
    return digits;
}

void quantity_read(struct quantity *q, const struct plain_chars *t, const struct number_text *n)
{
    bool any_word,
        four = n->to - n->from == 4 && n->count == 1 && n->values[0] >= 1000 && n->values[0] < 2100;
    size_t behind;

    *q = (struct quantity){.unit = unit_of(t, n, &behind, &any_word), .symbol = symbol_of(t, n->from)};
    q->year = four && (q->unit == 0 || any_word);
    if (q->year) { /* "in 1981 between": any word may follow */
        q->unit = 0;
        behind = n->to;
    }
    q->digits = digits_of(t, n);
    nearby_add(&q->near, t, nearby_before(t, n->from));
    nearby_add(&q->near, t, nearby_behind(t, behind));
    nearby_add(&q->line, t, nearby_thought(t, n->from, n->to));
}

bool digits_misread(const struct digits *a, const struct digits *b)
{
    const char *x = a->text, *y = b->text;
    size_t at = 0, count = a->count;

    if (count != b->count || count < MIN_MOVED)
        return false;
    while (at < count && x[at] == y[at])
        at++;
    if (at == count)
        return true;
    return count >= MIN_SWAPPED && at + 1 < count && x[at] == y[at + 1] && x[at + 1] == y[at] &&
           memcmp(x + at + 2, y + at + 2, count - at - 2) == 0;
}

bool digits_equal(const struct digits *a, const struct digits *b)
{
    return a->count == b->count && memcmp(a->text, b->text, a->count) == 0;
}

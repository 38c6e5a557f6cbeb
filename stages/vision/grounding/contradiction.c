/* contradiction - see contradiction.h */
#include "stages/vision/grounding/contradiction.h"

#include <stdint.h>
#include <string.h>

#include "stages/lib/text/char_class.h"
#include "stages/vision/grounding/number_text.h"

enum {
    WORDS_BEFORE = 3,
    WORDS_BEHIND = 2,
    STEM = 5, /* letters of a word that tell it from others, and the fewest it has */
    MAX_UNIT = 5,
    MIN_SWAPPED = 3, /* digits of a number in which two may be swapped */
    MIN_MOVED = 2,   /* of one whose point may have moved */
    MAX_DIGITS = 24
};

/* What stands beside a number or a name and says what it is of. */
struct labels {
    char stems[WORDS_BEFORE + WORDS_BEHIND][4 * STEM + 1]; /* small letters; only ASCII and what UTF-8 makes
                                                              of the rest */
    unsigned count;
    uint32_t unit[MAX_UNIT + 1]; /* of a number; {0}: none */
};

/* ---- words close by ---- */

/* Words that stand beside any number. */
static bool says_nothing(const char *stem)
{
    static const char list[] =
        " about aroun nearl almos appro betwe rough exact least examp which there these those "
        "sobre entre cerca aprox unos ungef zwisc envir presq circa quasi ";
    char key[4 * STEM + 3] = " ";

    strcat(strcat(key, stem), " ");
    return strstr(list, key) != NULL;
}

static bool is_part(const struct plain_chars *t, size_t i)
{
    return plain_is_digit(t->c[i]) || (char_is_letter(t->c[i]) && !char_is_wide(t->c[i]));
}

/* Does a thought end at that character, of a line or of a sentence? */
static bool is_end(const struct plain_chars *t, size_t i)
{
    return t->c[i] == '\n' || t->c[i] == ';' || t->c[i] == 0x3002 ||
           ((t->c[i] == '.' || t->c[i] == '!' || t->c[i] == '?') &&
            (i + 1 == t->count || char_is_blank(t->c[i + 1]) || t->c[i + 1] == '\n'));
}

static size_t put(char *to, uint32_t c)
{
    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    to[0] = (char)(0xc0 | (c >> 6 & 0x1f)); /* enough to compare by */
    to[1] = (char)(0x80 | (c & 0x3f));
    to[2] = (char)(0x80 | (c >> 11 & 0x3f));
    return 3;
}

static void add_word(struct labels *labels, const struct plain_chars *t, size_t from, size_t to)
{
    char *stem = labels->stems[labels->count];
    size_t used = 0;

    if (to - from < STEM || plain_is_digit(t->c[from]))
        return;
    for (size_t i = from; i < from + STEM; i++)
        used += put(stem + used, char_to_lower(t->c[i]));
    stem[used] = '\0';
    labels->count += !says_nothing(stem);
}

static void add_words_before(struct labels *labels, const struct plain_chars *t, size_t at)
{
    for (unsigned words = 0; words < WORDS_BEFORE && at > 0;) {
        size_t end;

        while (at > 0 && !is_part(t, at - 1) && !is_end(t, at - 1))
            at--;
        for (end = at; at > 0 && is_part(t, at - 1); at--)
            ;
        if (at == end)
            return;
        add_word(labels, t, at, end);
        words++;
    }
}

static void add_words_behind(struct labels *labels, const struct plain_chars *t, size_t at)
{
    for (unsigned words = 0; words < WORDS_BEHIND && at < t->count;) {
        size_t begin;

        while (at < t->count && !is_part(t, at) && !is_end(t, at))
            at++;
        for (begin = at; at < t->count && is_part(t, at); at++)
            ;
        if (at == begin)
            return;
        add_word(labels, t, begin, at);
        words++;
    }
}

static bool share_word(const struct labels *a, const struct labels *b)
{
    for (unsigned i = 0; i < a->count; i++)
        for (unsigned k = 0; k < b->count; k++)
            if (strcmp(a->stems[i], b->stems[k]) == 0)
                return true;
    return false;
}

/* ---- units ---- */

static bool is_money(uint32_t c)
{
    return c == '$' || (c >= 0xa2 && c <= 0xa5) || (c >= 0x20a0 && c <= 0x20bf);
}

/* Short words behind numbers that are units; all others may be anything. */
static bool is_unit(const uint32_t *word)
{
    static const char list[] =
        " km m cm mm nm kg g mg t s ms ns min h hz khz mhz ghz b kb mb gb tb kib mib gib bit "
        "bits byte v mv kv a ma w kw mw kwh j kj k c f pa kpa bar mol l ml px fps db rpm usd eur "
        "gbp years year days hours jahre tage ans anos anni ";
    char key[MAX_UNIT + 3] = " ";
    size_t used = 1;

    for (size_t i = 0; i < MAX_UNIT && word[i] != 0; i++)
        key[used++] = word[i] < 0x80 ? (char)word[i] : '?';
    key[used++] = ' ';
    key[used] = '\0';
    return used > 2 && strstr(list, key) != NULL;
}

/* A percent sign, a currency before or behind it, one Chinese or Japanese character, or a short word of the
 * list. */
static void find_unit(uint32_t unit[MAX_UNIT + 1], const struct plain_chars *t, const struct number_text *n)
{
    size_t at = n->to, used = 0;

    memset(unit, 0, (MAX_UNIT + 1) * sizeof *unit);
    if (n->percent || (n->from > 0 && is_money(t->c[n->from - 1]))) {
        unit[0] = n->percent ? '%' : t->c[n->from - 1];
        return;
    }
    while (at < t->count && (char_is_blank(t->c[at]) || t->c[at] == 0xb0))
        at++;
    if (at < t->count && (is_money(t->c[at]) || char_is_wide(t->c[at]))) {
        unit[0] = t->c[at];
        return;
    }
    for (; at < t->count && char_is_letter(t->c[at]) && used < MAX_UNIT; at++)
        unit[used++] = char_to_lower(t->c[at]);
    if ((at < t->count && is_part(t, at)) || !is_unit(unit))
        unit[0] = 0;
}

static bool same_unit(const struct labels *a, const struct labels *b)
{
    return a->unit[0] != 0 && memcmp(a->unit, b->unit, sizeof a->unit) == 0;
}

/* ---- digits ---- */

/* Without zeros in front. */
static size_t digits_of(const struct plain_chars *t, const struct number_text *n, char digits[MAX_DIGITS])
{
    size_t count = 0;

    for (size_t i = n->from; i < n->to && count < MAX_DIGITS; i++)
        if (plain_is_digit(t->c[i]) && (count > 0 || t->c[i] != '0'))
            digits[count++] = (char)t->c[i];
    return count;
}

static bool is_misread(const char *a, size_t a_count, const char *b, size_t b_count)
{
    size_t at = 0;

    if (a_count != b_count || a_count < MIN_MOVED)
        return false;
    while (at < a_count && a[at] == b[at])
        at++;
    if (at == a_count) /* the same digits, and not the same number */
        return true;
    return a_count >= MIN_SWAPPED && at + 1 < a_count && a[at] == b[at + 1] && a[at + 1] == b[at] &&
           memcmp(a + at + 2, b + at + 2, a_count - at - 2) == 0;
}

/* ---- the whole ---- */

static void label_number(struct labels *labels, const struct plain_chars *t, const struct number_text *n)
{
    labels->count = 0;
    add_words_before(labels, t, n->from);
    add_words_behind(labels, t, n->to);
    find_unit(labels->unit, t, n);
}

bool number_contradicts(const struct plain_chars *slide, const struct plain_chars *text, size_t from,
                        size_t to)
{
    struct number_text claim, n;
    struct labels wanted, found;
    char digits[MAX_DIGITS], other[MAX_DIGITS];
    size_t count;

    while (from < to && !plain_is_digit(text->c[from]))
        from++;
    if (from == to)
        return false;
    number_text_read(text, from, &claim);
    label_number(&wanted, text, &claim);
    count = digits_of(text, &claim, digits);
    for (size_t i = 0; i < slide->count; i = n.to) {
        n.to = i + 1;
        if (!plain_is_digit(slide->c[i]))
            continue;
        number_text_read(slide, i, &n);
        label_number(&found, slide, &n);
        if (same_unit(&wanted, &found) || share_word(&wanted, &found) ||
            is_misread(digits, count, other, digits_of(slide, &n, other)))
            return true;
    }
    return false;
}

/* Behind a word that begins with a capital; from itself if there is none. */
static size_t capital_end(const struct plain_chars *t, size_t from)
{
    size_t end = from;

    if (from < t->count && char_is_letter(t->c[from]) && char_to_lower(t->c[from]) != t->c[from])
        while (end < t->count && is_part(t, end))
            end++;
    return end - from < 2 ? from : end;
}

/* Behind two or more of them in a row. */
static size_t name_end(const struct plain_chars *t, size_t from)
{
    size_t end = capital_end(t, from), next = end;

    if (end == from)
        return from;
    while (next < t->count && t->c[next] == ' ' && capital_end(t, next + 1) > next + 1)
        next = capital_end(t, next + 1);
    return next == end ? from : next;
}

bool name_contradicts(const struct plain_chars *slide, const struct plain_chars *text, size_t from, size_t to)
{
    struct labels wanted = {.count = 0};

    add_words_before(&wanted, text, from);
    add_words_behind(&wanted, text, to);
    for (size_t i = 0; i < slide->count; i++) {
        struct labels found = {.count = 0};
        size_t end = i > 0 && is_part(slide, i - 1) ? i : name_end(slide, i);

        if (end == i)
            continue;
        add_words_before(&found, slide, i);
        add_words_behind(&found, slide, end);
        if (share_word(&wanted, &found))
            return true;
        i = end - 1;
    }
    return false;
}

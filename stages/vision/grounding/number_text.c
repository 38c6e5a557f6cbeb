/* number_text - see number_text.h */
#include "stages/vision/grounding/number_text.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "stages/lib/text/char_class.h"

enum { MAX_UNIT = 6 };

static bool separator(uint32_t c)
{
    return c == '.' || c == ',' || c == '\'' || c == 0x66b || c == 0x66c;
}

static bool three_digits(const struct plain_chars *t, size_t at)
{
    return at + 3 <= t->count && plain_is_digit(t->c[at]) && plain_is_digit(t->c[at + 1]) &&
           plain_is_digit(t->c[at + 2]) && (at + 3 == t->count || !plain_is_digit(t->c[at + 3]));
}

struct group {
    double value;
    unsigned digits;
    uint32_t before; /* the sign before it */
};

static size_t read_group(const struct plain_chars *t, size_t at, struct group *group)
{
    group->value = 0;
    group->digits = 0;
    for (; at < t->count && plain_is_digit(t->c[at]); at++, group->digits++)
        group->value = group->value * 10 + (double)(t->c[at] - '0');
    return at;
}

static double joined(const struct group *groups, unsigned count)
{
    double value = groups[0].value;

    for (unsigned i = 1; i < count; i++)
        value = value * pow(10, groups[i].digits) + groups[i].value;
    return value;
}

/* Are all groups from the second on thousands, parted by the same sign? */
static bool thousands(const struct group *groups, unsigned count)
{
    for (unsigned i = 1; i < count; i++)
        if (groups[i].digits != 3 || groups[i].before != groups[1].before)
            return false;
    return groups[0].digits <= 3 && groups[0].value > 0;
}

static void read_meanings(struct number_text *n, const struct group *groups, unsigned count)
{
    const struct group *last = &groups[count - 1];
    bool decimal = count > 1 && last->before != '\'' && !char_is_blank(last->before) &&
                   (count == 2 || (thousands(groups, count - 1) && last->before != groups[1].before));

    n->count = 0;
    n->decimals[0] = decimal ? last->digits : 0;
    n->decimals[1] = 0;
    if (decimal)
        n->values[n->count++] = joined(groups, count - 1) + last->value / pow(10, last->digits);
    if (count == 1 || thousands(groups, count))
        n->values[n->count++] = joined(groups, count);
    n->part_count = 0;
    for (unsigned i = 0; i < count; i++)
        n->parts[n->part_count++] = groups[i].value;
}

void number_text_read(const struct plain_chars *t, size_t at, struct number_text *n)
{
    struct group groups[MAX_NUMBER_GROUPS];
    unsigned count = 1;
    size_t end;

    n->from = at;
    end = read_group(t, at, &groups[0]);
    while (count < MAX_NUMBER_GROUPS && end + 1 < t->count) {
        bool blank = char_is_blank(t->c[end]) && three_digits(t, end + 1) && groups[0].digits <= 3 &&
                     groups[0].value > 0 && (count == 1 || char_is_blank(groups[count - 1].before));

        if (!blank && !(separator(t->c[end]) && plain_is_digit(t->c[end + 1])))
            break;
        groups[count].before = t->c[end];
        end = read_group(t, end + 1, &groups[count++]);
    }
    read_meanings(n, groups, count);
    n->to = end;
    while (end < t->count && char_is_blank(t->c[end]))
        end++;
    n->percent = end < t->count && (t->c[end] == '%' || t->c[end] == 0x66a);
    if (n->percent)
        n->to = end + 1;
}

/* ---- what may stand around one ---- */

static bool name_letter(uint32_t c)
{
    return c == '_' || c == '\\' || (char_is_letter(c) && !char_is_wide(c) && c != 0xaa && c != 0xba);
}

/* What follows in small ASCII letters, up to the end of the word; "" if that is none. */
static void word_at(const struct plain_chars *t, size_t at, char word[MAX_UNIT + 1])
{
    size_t used = 0;

    for (; at < t->count && name_letter(t->c[at]); at++) {
        if (used == MAX_UNIT || t->c[at] > 0x7f) {
            used = 0;
            break;
        }
        word[used++] = (char)char_to_lower(t->c[at]);
    }
    word[used] = '\0';
}

static bool in(const char *list, const char *word)
{
    char key[MAX_UNIT + 3];

    if (*word == '\0')
        return false;
    snprintf(key, sizeof key, " %s ", word);
    return strstr(list, key) != NULL;
}

bool number_text_in_name(const struct plain_chars *t, const struct number_text *n)
{
    uint32_t before = n->from > 0 ? t->c[n->from - 1] : ' ', earlier = n->from > 1 ? t->c[n->from - 2] : ' ';
    char unit[MAX_UNIT + 1];

    if (name_letter(before) || before == '^' || before == '{' || plain_is_superscript(before) ||
        (strchr("-.:/+@#", before < 0x80 ? (int)before : ' ') != NULL && name_letter(earlier)) ||
        (before == '-' && earlier == '^'))
        return true;
    if (n->percent || n->to == t->count || !name_letter(t->c[n->to]) || t->c[n->to] == '\\')
        return false; /* behind a number, a backslash begins a command of LaTeX or ends a formula */
    word_at(t, n->to, unit);
    return !in(" ms ns km cm mm nm kg mg gb mb kb tb hz khz mhz ghz kw kwh px kbps mbps gbps ", unit);
}

double number_text_scale(const struct plain_chars *t, const struct number_text *n)
{
    static const struct {
        const char *words;
        double scale;
    } rows[] = {{" k thousand mil tausend mille mila duizend tys ", 1e3},
                {" m mio millon millio milion mln ", 1e6},
                {" b g bn billio mrd miliar ", 1e9}};
    size_t at = n->to;
    char word[MAX_UNIT + 1] = "";
    size_t used = 0;

    while (at < t->count && char_is_blank(t->c[at]))
        at++;
    if (at < t->count && (t->c[at] == 0x4e07 || t->c[at] == 0x842c))
        return 1e4;
    if (at < t->count && (t->c[at] == 0x4ebf || t->c[at] == 0x5104))
        return 1e8;
    for (; at < t->count && used < MAX_UNIT && name_letter(t->c[at]); at++)
        word[used++] = (char)(t->c[at] == 0xf3 ? 'o' : char_to_lower(t->c[at]));
    word[used] = '\0';
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (in(rows[i].words, word))
            return rows[i].scale;
    return 1;
}

/* claimed_numbers - see claimed_numbers.h */
#include "stages/vision/grounding/claimed_numbers.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/lib/text/char_class.h"

enum { MAX_GROUPS = 8, SMALL = 12, MAX_OPERANDS = 24, MAX_UNIT = 6 };

/* One way to write a number down; what it may mean. */
struct number {
    size_t from, to; /* chars; to is behind a percent sign */
    double values[2];
    unsigned count;       /* of values; 0: a date, a version */
    unsigned decimals[2]; /* of each */
    double parts[MAX_GROUPS];
    unsigned part_count;
    bool percent;
};

struct known {
    double value;
    bool percent;
};

struct numbers {
    struct known *list;
    size_t count;
    char *digits; /* all digits of the text, a blank for whatever stands between lines */
    size_t digits_size;
};

/* ---- reading one ---- */

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
    double value = 0;

    for (unsigned i = 0; i < count; i++)
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

static void mean(struct number *n, const struct group *groups, unsigned count)
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

/* The number that begins at rune at. */
static void read_number(const struct plain_chars *t, size_t at, struct number *n)
{
    struct group groups[MAX_GROUPS];
    unsigned count = 1;
    size_t end;

    n->from = at;
    end = read_group(t, at, &groups[0]);
    while (count < MAX_GROUPS && end + 1 < t->count) {
        bool blank = char_is_blank(t->c[end]) && three_digits(t, end + 1) && groups[0].digits <= 3 &&
                     groups[0].value > 0 && (count == 1 || char_is_blank(groups[count - 1].before));

        if (!blank && !(separator(t->c[end]) && plain_is_digit(t->c[end + 1])))
            break;
        groups[count].before = t->c[end];
        end = read_group(t, end + 1, &groups[count++]);
    }
    mean(n, groups, count);
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

/* Is it part of a name, an exponent or an index? */
static bool belongs(const struct plain_chars *t, const struct number *n)
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

/* What it is to be multiplied by: "5 million", "3k", "1.2万". */
static double scale_of(const struct plain_chars *t, const struct number *n)
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

/* ---- the known ones ---- */

struct numbers *numbers_new(void)
{
    return need_zero(1, sizeof(struct numbers));
}

void numbers_free(struct numbers **numbers)
{
    if (*numbers == NULL)
        return;
    free((*numbers)->list);
    free((*numbers)->digits);
    free(*numbers);
    *numbers = NULL;
}

static void know(struct numbers *numbers, double value, bool percent)
{
    if ((numbers->count & (numbers->count - 1)) == 0) /* room doubles at each power of two */
        numbers->list =
            need_more(numbers->list, (numbers->count == 0 ? 1 : 2 * numbers->count) * sizeof *numbers->list);
    numbers->list[numbers->count++] = (struct known){value, percent};
}

void numbers_add(struct numbers *numbers, double value)
{
    know(numbers, value, false);
}

/* Letters set apart make "2 0 1 9"; so the digits of each line are kept as well. */
static void keep_digits(struct numbers *numbers, const struct plain_chars *t)
{
    numbers->digits = need_more(numbers->digits, numbers->digits_size + t->count + 2);
    for (size_t i = 0; i < t->count; i++)
        if (plain_is_digit(t->c[i]) || t->c[i] == '\n')
            numbers->digits[numbers->digits_size++] = t->c[i] == '\n' ? ' ' : (char)t->c[i];
    numbers->digits[numbers->digits_size++] = ' ';
    numbers->digits[numbers->digits_size] = '\0';
}

static void learn_words(struct numbers *numbers, const struct plain_chars *t)
{
    static const struct {
        const char *word;
        double value;
    } rows[] = {{"thirteen", 13}, {"fourteen", 14}, {"fifteen", 15}, {"sixteen", 16}, {"seventeen", 17},
                {"eighteen", 18}, {"nineteen", 19}, {"twenty", 20},  {"thirty", 30},  {"forty", 40},
                {"fifty", 50},    {"sixty", 60},    {"seventy", 70}, {"eighty", 80},  {"ninety", 90}};

    for (size_t i = 0; i < t->count; i++)
        for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
            size_t size = strlen(rows[k].word), same = 0;

            while (same < size && i + same < t->count &&
                   char_to_lower(t->c[i + same]) == (unsigned char)rows[k].word[same])
                same++;
            if (same == size && (i == 0 || !char_is_letter(t->c[i - 1])))
                know(numbers, rows[k].value, false);
        }
}

void numbers_learn(struct numbers *numbers, const struct plain_chars *t)
{
    struct number n;

    keep_digits(numbers, t);
    learn_words(numbers, t);
    for (size_t i = 0; i < t->count; i++) {
        double scale;

        if (!plain_is_digit(t->c[i]) || (i > 0 && plain_is_digit(t->c[i - 1])))
            continue;
        read_number(t, i, &n); /* and again from each of its parts, so that every reading is known */
        scale = scale_of(t, &n);
        for (unsigned k = 0; k < n.count; k++) {
            know(numbers, n.values[k], n.percent);
            if (scale != 1)
                know(numbers, n.values[k] * scale, false);
        }
        for (unsigned k = 0; k < n.part_count; k++)
            know(numbers, n.parts[k], n.percent);
    }
}

/* ---- vouching ---- */

static bool same(double a, double b)
{
    return fabs(a - b) <= 1e-9 * fmax(fabs(a), fabs(b));
}

static bool usual(double value, bool percent)
{
    static const double list[] = {100, 1000, 10000, 100000, 1e6, 1e9, 24, 60, 90, 180, 360, 365};

    if (value <= SMALL && value == floor(value))
        return true;
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (same(value, list[i]))
            return true;
    return percent && value == 50;
}

/* Is value what is left of exact when it is rounded to that many digits behind the point? Big round numbers
 * are rounded before it; years never are. */
static bool rounded(double value, unsigned decimals, double exact)
{
    double unit = pow(10, -(double)decimals);

    if (decimals == 0 && value >= 1500 && value < 2100)
        return false;
    if (decimals == 0 && value >= 100)
        while (fmod(value, unit * 10) == 0 && unit * 100 < value)
            unit *= 10;
    return fabs(value - exact) <= 0.5 * unit * (1 + 1e-9) ||
           (decimals > 0 && exact >= value && exact - value < unit);
}

static bool known_value(const struct numbers *numbers, double value, unsigned decimals, bool percent)
{
    for (size_t i = 0; i < numbers->count; i++) {
        const struct known *k = &numbers->list[i];

        if (same(value, k->value) || (k->value != floor(k->value) && rounded(value, decimals, k->value)) ||
            (value >= 100 && k->value > SMALL && rounded(value, decimals, k->value)))
            return true;
        if ((percent && (same(value, k->value * 100) || rounded(value, decimals, k->value * 100))) ||
            (k->percent && same(value * 100, k->value)))
            return true;
    }
    return false;
}

static bool digits_known(const struct numbers *numbers, double value)
{
    char digits[32];

    if (value < 1000 || value > 1e15 || value != floor(value) || numbers->digits == NULL)
        return false;
    snprintf(digits, sizeof digits, "%.0f", value);
    return strstr(numbers->digits, digits) != NULL;
}

static bool vouched(const struct numbers *numbers, const struct number *n, double scale)
{
    bool parts = n->part_count > 1 && (n->count == 0 || n->count == 2);

    for (unsigned i = 0; i < n->count; i++)
        if (usual(n->values[i], n->percent) ||
            known_value(numbers, n->values[i], n->decimals[i], n->percent) ||
            digits_known(numbers, n->values[i]) ||
            (scale != 1 && known_value(numbers, n->values[i] * scale, n->decimals[i], n->percent)))
            return true;
    for (unsigned i = 0; i < n->part_count && parts; i++)
        parts = (n->parts[i] <= SMALL && n->count == 0) || known_value(numbers, n->parts[i], 0, false);
    return parts;
}

/* What has been said in a sentence, to do sums with. */
struct operands {
    double values[MAX_OPERANDS];
    size_t count;
};

static void remember(struct operands *operands, const struct number *n)
{
    for (unsigned i = 0; i < n->count && operands->count < MAX_OPERANDS; i++)
        operands->values[operands->count++] = n->values[i];
}

static bool near(double exact, double value, unsigned decimals)
{
    return isfinite(exact) && exact >= 0 &&
           (same(exact, value) || rounded(value, decimals > 0 ? decimals : 6, exact));
}

static bool computed_of(double a, double b, double value, unsigned decimals, bool percent)
{
    const double results[] = {a + b, a - b, a * b, a * b / 100, b == 0 ? -1 : a / b, b > 64 ? -1 : pow(a, b)};

    for (size_t i = 0; i < sizeof results / sizeof *results; i++)
        if (near(results[i], value, decimals))
            return true;
    return percent && ((b != 0 && near(100 * a / b, value, decimals)) || near(100 - a, value, decimals));
}

static bool computed(const struct operands *o, const struct number *n)
{
    for (unsigned v = 0; v < n->count; v++)
        for (size_t i = 0; i < o->count; i++)
            for (size_t k = 0; k < o->count; k++)
                if (computed_of(o->values[i], o->values[k], n->values[v], n->decimals[v], n->percent))
                    return true;
    return false;
}

/* A sentence ends here: what follows is another thought. A question goes with its answer. */
static bool ends_sentence(const struct plain_chars *t, size_t at)
{
    uint32_t c = t->c[at];

    return c == 0x3002 || c == ';' ||
           ((c == '.' || c == '!') &&
            (at + 1 == t->count || char_is_blank(t->c[at + 1]) || t->c[at + 1] == '\n'));
}

static size_t sentence_end(const struct plain_chars *t, size_t from)
{
    while (from < t->count && !ends_sentence(t, from))
        from++;
    return from;
}

/* One pass learns who vouches, the next asks the others: sums may stand before what they are of. */
static void check_sentence(const struct numbers *numbers, const struct plain_chars *t, size_t from, size_t to,
                           void (*found)(void *arg, size_t from, size_t to), void *arg)
{
    struct operands operands = {.count = 0};
    struct number n;

    for (int pass = 0; pass < 2; pass++)
        for (size_t i = from; i < to; i = n.to) {
            bool good;

            n.to = i + 1;
            if (!plain_is_digit(t->c[i]))
                continue;
            read_number(t, i, &n);
            good = vouched(numbers, &n, scale_of(t, &n));
            good = good || (pass == 1 && computed(&operands, &n));
            if (good)
                remember(&operands, &n);
            else if (pass == 1 && !belongs(t, &n))
                found(arg, n.from, n.to);
        }
}

void numbers_check(const struct numbers *numbers, const struct plain_chars *t,
                   void (*found)(void *arg, size_t from, size_t to), void *arg)
{
    for (size_t from = 0, to; from < t->count; from = to + 1) {
        to = sentence_end(t, from);
        check_sentence(numbers, t, from, to, found, arg);
    }
}

/* claimed_numbers - see claimed_numbers.h */
#include "stages/vision/grounding/claimed_numbers.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/lib/text/char_class.h"
#include "stages/vision/grounding/number_text.h"

enum { SMALL = 12, MAX_OPERANDS = 24 };

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

static void add_known(struct numbers *numbers, double value, bool percent)
{
    if ((numbers->count & (numbers->count - 1)) == 0) /* room doubles at each power of two */
        numbers->list =
            need_more(numbers->list, (numbers->count == 0 ? 1 : 2 * numbers->count) * sizeof *numbers->list);
    numbers->list[numbers->count++] = (struct known){value, percent};
}

void numbers_add(struct numbers *numbers, double value)
{
    add_known(numbers, value, false);
}

/* Letters set apart make "2 0 1 9"; so the digits of each line are kept as well. */
static void add_digits(struct numbers *numbers, const struct plain_chars *t)
{
    numbers->digits = need_more(numbers->digits, numbers->digits_size + t->count + 2);
    for (size_t i = 0; i < t->count; i++)
        if (plain_is_digit(t->c[i]) || t->c[i] == '\n')
            numbers->digits[numbers->digits_size++] = t->c[i] == '\n' ? ' ' : (char)t->c[i];
    numbers->digits[numbers->digits_size++] = ' ';
    numbers->digits[numbers->digits_size] = '\0';
}

static void add_number_words(struct numbers *numbers, const struct plain_chars *t)
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
                add_known(numbers, rows[k].value, false);
        }
}

void numbers_learn(struct numbers *numbers, const struct plain_chars *t)
{
    struct number_text n;

    add_digits(numbers, t);
    add_number_words(numbers, t);
    for (size_t i = 0; i < t->count; i++) {
        double scale;

        if (!plain_is_digit(t->c[i]) || (i > 0 && plain_is_digit(t->c[i - 1])))
            continue;
        number_text_read(t, i, &n); /* and again from each of its parts, so that every reading is known */
        scale = number_text_scale(t, &n);
        for (unsigned k = 0; k < n.count; k++) {
            add_known(numbers, n.values[k], n.percent);
            if (scale != 1)
                add_known(numbers, n.values[k] * scale, false);
        }
        for (unsigned k = 0; k < n.part_count; k++)
            add_known(numbers, n.parts[k], n.percent);
    }
}

/* ---- vouching ---- */

static bool same(double a, double b)
{
    return a == b || fabs(a - b) <= 1e-9 * fmax(fabs(a), fabs(b)); /* two infinities are the same, too */
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

static bool vouched(const struct numbers *numbers, const struct number_text *n, double scale)
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

static void add_operands(struct operands *operands, const struct number_text *n)
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

static bool computed(const struct operands *o, const struct number_text *n)
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
    struct number_text n;

    for (int pass = 0; pass < 2; pass++)
        for (size_t i = from; i < to; i = n.to) {
            bool good;

            n.to = i + 1;
            if (!plain_is_digit(t->c[i]))
                continue;
            number_text_read(t, i, &n);
            good = vouched(numbers, &n, number_text_scale(t, &n));
            good = good || (pass == 1 && computed(&operands, &n));
            if (good)
                add_operands(&operands, &n);
            else if (pass == 1 && !number_text_in_name(t, &n))
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

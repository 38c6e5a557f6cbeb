/* claimed_formulas - see claimed_formulas.h */
#include "stages/vision/grounding/claimed_formulas.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/lib/text/char_class.h"

enum { MAX_ATOMS = 32, SHORT = 3, MAX_COMMAND = 16, MAX_SPAN = 240 };

struct symbols {
    uint32_t *list;
    size_t count;
    bool odd;      /* letters of a symbol font, which may be any */
    bool formulas; /* there are formulas at all */
};

/* ---- pieces ---- */

enum piece_kind { PIECE_BLANK, PIECE_WORD, PIECE_NUMBER, PIECE_SIGN, PIECE_COMMAND, PIECE_OTHER };

struct piece {
    enum piece_kind kind;
    size_t from, to;
};

static bool greek(uint32_t c)
{
    return c >= 0x370 && c <= 0x3ff;
}

static bool word_letter(uint32_t c)
{
    return char_is_letter(c) && !char_is_wide(c) && c != 0xb5;
}

static bool among(const char *ascii, const uint32_t *more, uint32_t c)
{
    if (c > 0 && c < 0x80)
        return strchr(ascii, (int)c) != NULL;
    while (*more != 0 && *more != c)
        more++;
    return *more != 0;
}

static bool relation(uint32_t c)
{
    static const uint32_t more[] = {0x2248, 0x221d, 0x2264, 0x2265, 0x2260, 0x2261, 0x223c, 0};

    return among("=", more, c);
}

/* Arrows of programs and of everyday text are none. */
static bool relates(const struct plain_chars *t, size_t at)
{
    bool arrow =
        t->c[at] == '=' && ((at + 1 < t->count && t->c[at + 1] == '>') || (at > 0 && t->c[at - 1] == '<'));

    return relation(t->c[at]) && !arrow;
}

static bool operator(uint32_t c)
{
    static const uint32_t more[] = {0x2211, 0x220f, 0x222b, 0x221a, 0x2202, 0x2207, 0};

    return among("", more, c);
}

static bool sign(uint32_t c)
{
    static const uint32_t more[] = {0xb1,   0xd7,   0xf7,   0xb7,   0x22c5, 0x2217, 0x221e, 0x2208, 0x222a,
                                    0x2229, 0x2192, 0x21d2, 0x2032, 0x2225, 0x2016, 0x2297, 0x2295, 0};

    return relation(c) || operator(c) || plain_is_superscript(c) || among("+-*/^_()[]{}|<>!&~'", more, c);
}

static struct piece piece_at(const struct plain_chars *t, size_t at)
{
    struct piece p = {PIECE_OTHER, at, at + 1};
    uint32_t c = t->c[at];

    if (char_is_blank(c)) {
        p.kind = PIECE_BLANK;
        while (p.to < t->count && char_is_blank(t->c[p.to]))
            p.to++;
    } else if (c == '\\' && at + 1 < t->count && word_letter(t->c[at + 1])) {
        p.kind = PIECE_COMMAND;
        while (p.to < t->count && word_letter(t->c[p.to]))
            p.to++;
    } else if (word_letter(c)) {
        p.kind = PIECE_WORD;
        while (p.to < t->count && word_letter(t->c[p.to]))
            p.to++;
    } else if (plain_is_digit(c)) {
        p.kind = PIECE_NUMBER;
        while (p.to < t->count && (plain_is_digit(t->c[p.to]) || (t->c[p.to] == '.' && p.to + 1 < t->count &&
                                                                  plain_is_digit(t->c[p.to + 1]))))
            p.to++;
    } else if (sign(c)) {
        p.kind = PIECE_SIGN;
    }
    return p;
}

/* ---- symbols ---- */

struct symbols *symbols_new(void)
{
    return need_zero(1, sizeof(struct symbols));
}

void symbols_free(struct symbols **symbols)
{
    if (*symbols == NULL)
        return;
    free((*symbols)->list);
    free(*symbols);
    *symbols = NULL;
}

static bool knows(const struct symbols *symbols, uint32_t c)
{
    for (size_t i = 0; i < symbols->count; i++)
        if (symbols->list[i] == c)
            return true;
    return greek(c) && symbols->odd;
}

static void learn(struct symbols *symbols, uint32_t c)
{
    if (knows(symbols, c))
        return;
    symbols->list = need_more(symbols->list, (symbols->count + 1) * sizeof *symbols->list);
    symbols->list[symbols->count++] = c;
}

/* The parts of a fraction or a matrix come as lines of their own, without a word in them. */
static bool wordless(const struct plain_chars *t, size_t from, size_t to)
{
    for (size_t i = from; i < to;) {
        struct piece p = piece_at(t, i);

        if (p.kind == PIECE_WORD && p.to - p.from > SHORT)
            return false;
        i = p.to;
    }
    return true;
}

/* Where there are signs of a formula, short words are products of letters, and long ones may be a letter with
 * its index; elsewhere they are words. */
static void learn_line(struct symbols *symbols, const struct plain_chars *t, size_t from, size_t to)
{
    bool formula = false, bare = wordless(t, from, to);

    for (size_t i = from; i < to; i++) {
        formula = formula || (sign(t->c[i]) && strchr("-()'!", t->c[i] < 0x80 ? (int)t->c[i] : 1) == NULL);
        symbols->formulas = symbols->formulas || relates(t, i) || operator(t->c[i]);
    }
    for (size_t i = from; i < to;) {
        struct piece p = piece_at(t, i);

        for (size_t k = p.from; k < p.to && p.kind == PIECE_WORD; k++)
            if (p.to - p.from == 1 || greek(t->c[k]) || ((formula || bare) && p.to - p.from <= SHORT) ||
                (formula && k == p.from))
                learn(symbols, t->c[k]);
        if (p.kind == PIECE_OTHER && t->c[i] >= 0xf000 && t->c[i] <= 0xf0ff)
            symbols->odd = true;
        i = p.to;
    }
}

void symbols_learn(struct symbols *symbols, const struct plain_chars *t)
{
    for (size_t from = 0, to; from < t->count; from = to + 1) {
        for (to = from; to < t->count && t->c[to] != '\n'; to++)
            ;
        learn_line(symbols, t, from, to);
    }
}

/* ---- formulas ---- */

static const struct {
    const char *name;
    uint32_t letter;
} commands[] = {{"alpha", 0x3b1},  {"beta", 0x3b2},  {"gamma", 0x3b3}, {"delta", 0x3b4}, {"epsilon", 0x3b5},
                {"zeta", 0x3b6},   {"eta", 0x3b7},   {"theta", 0x3b8}, {"iota", 0x3b9},  {"kappa", 0x3ba},
                {"lambda", 0x3bb}, {"mu", 0x3bc},    {"nu", 0x3bd},    {"xi", 0x3be},    {"pi", 0x3c0},
                {"rho", 0x3c1},    {"sigma", 0x3c3}, {"tau", 0x3c4},   {"phi", 0x3c6},   {"chi", 0x3c7},
                {"psi", 0x3c8},    {"omega", 0x3c9}, {"Gamma", 0x393}, {"Delta", 0x394}, {"Theta", 0x398},
                {"Lambda", 0x39b}, {"Sigma", 0x3a3}, {"Phi", 0x3a6},   {"Psi", 0x3a8},   {"Omega", 0x3a9}};

/* 0: it is no letter. */
static uint32_t letter_of(const struct plain_chars *t, struct piece p)
{
    char name[MAX_COMMAND + 1];
    size_t used = 0;

    for (size_t i = p.from + 1; i < p.to && used < MAX_COMMAND && t->c[i] < 0x80; i++)
        name[used++] = (char)t->c[i];
    name[used] = '\0';
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(commands[i].name, name) == 0)
            return commands[i].letter;
    return 0;
}

static bool function(const struct plain_chars *t, struct piece p)
{
    static const char list[] = " sin cos tan log ln exp max min lim arg mod det tr var cov pr ";
    char key[SHORT + 3] = " ";
    size_t used = 1;

    if (p.to - p.from > SHORT)
        return false;
    for (size_t i = p.from; i < p.to; i++) {
        if (t->c[i] > 0x7f)
            return false;
        key[used++] = (char)char_to_lower(t->c[i]);
    }
    key[used] = ' ';
    return used > 2 && strstr(list, key) != NULL;
}

/* A hyphen or an apostrophe is as good in a word. */
static bool binds(uint32_t c)
{
    return plain_is_digit(c) || (sign(c) && c != '-' && c != '\'');
}

/* Can it stand in a formula? A short word can if a sign or number touches it, or the formula's last sign was
 * an equals sign. */
static bool fits(const struct plain_chars *t, struct piece p, bool behind_relation)
{
    bool touched = (p.from > 0 && binds(t->c[p.from - 1])) || (p.to < t->count && binds(t->c[p.to]));

    switch (p.kind) {
    case PIECE_WORD:
        return p.to - p.from == 1 || function(t, p) ||
               (p.to - p.from <= SHORT && (touched || behind_relation));
    case PIECE_OTHER:
        return false;
    default:
        return true;
    }
}

struct atoms {
    size_t known, unknown, count;
    uint32_t seen[MAX_ATOMS];
};

static void weigh_letter(const struct symbols *symbols, struct atoms *atoms, uint32_t c)
{
    for (size_t i = 0; i < atoms->count; i++)
        if (atoms->seen[i] == c)
            return;
    if (atoms->count == MAX_ATOMS)
        return;
    atoms->seen[atoms->count++] = c;
    if (knows(symbols, c))
        atoms->known++;
    else
        atoms->unknown++;
}

static void weigh(const struct symbols *symbols, struct atoms *atoms, const struct plain_chars *t,
                  struct piece p)
{
    uint32_t letter = p.kind == PIECE_COMMAND ? letter_of(t, p) : 0;

    if (letter != 0)
        weigh_letter(symbols, atoms, letter);
    if (p.kind == PIECE_WORD && !function(t, p))
        for (size_t i = p.from; i < p.to; i++)
            weigh_letter(symbols, atoms, t->c[i]);
}

/* The formula that begins at from, if one does: where it ends (from: there is none). */
static size_t formula_end(const struct symbols *symbols, const struct plain_chars *t, size_t from,
                          struct atoms *atoms)
{
    bool is_formula = false, behind = false;
    size_t end = from;

    *atoms = (struct atoms){.count = 0};
    for (size_t at = from; at < t->count && at - from < MAX_SPAN;) {
        struct piece p = piece_at(t, at);

        if (!fits(t, p, behind))
            break;
        weigh(symbols, atoms, t, p);
        if (p.kind == PIECE_SIGN)
            is_formula = is_formula || relates(t, at) || operator(t->c[at]);
        is_formula = is_formula || p.kind == PIECE_COMMAND;
        if (p.kind != PIECE_BLANK) {
            behind = p.kind == PIECE_SIGN && relates(t, at);
            end = p.to;
        }
        at = p.to;
    }
    return is_formula ? end : from;
}

/* ---- formulas that are marked as such ---- */

/* Commands whose braces hold words, or letters in a script that text layers lose. */
static bool wordy(const struct plain_chars *t, struct piece p)
{
    static const char list[] = " text textbf textit textrm textsf mbox mathrm mathsf operatorname begin end "
                               "label tag mathbb mathcal mathfrak mathscr color ";
    char key[MAX_COMMAND + 3] = " ";
    size_t used = 1;

    for (size_t i = p.from + 1; i < p.to && used <= MAX_COMMAND && t->c[i] < 0x80; i++)
        key[used++] = (char)t->c[i];
    key[used] = ' ';
    return strstr(list, key) != NULL;
}

/* Behind the braces that begin at from; from itself if none do. */
static size_t braces_end(const struct plain_chars *t, size_t from, size_t to)
{
    unsigned depth = 0;

    if (from == to || t->c[from] != '{')
        return from;
    for (size_t i = from; i < to; i++) {
        depth += t->c[i] == '{';
        depth -= t->c[i] == '}';
        if (depth == 0)
            return i + 1;
    }
    return to;
}

/* An index or exponent of several letters, or a word: neither is a product of symbols. */
static bool is_name(const struct plain_chars *t, struct piece p)
{
    uint32_t before = p.from > 1 && t->c[p.from - 1] == '{' ? t->c[p.from - 2] : 0;

    return p.kind == PIECE_WORD &&
           (p.to - p.from > SHORT || (p.to - p.from > 1 && (before == '_' || before == '^')));
}

static bool marked_in_doubt(const struct symbols *symbols, const struct plain_chars *t, size_t from,
                            size_t to)
{
    struct atoms atoms = {.count = 0};

    for (size_t at = from; at < to;) {
        struct piece p = piece_at(t, at);

        at = p.to;
        if (p.kind == PIECE_COMMAND && wordy(t, p))
            at = braces_end(t, at, to);
        else if (!is_name(t, p))
            weigh(symbols, &atoms, t, p);
    }
    return atoms.count >= 2 && 2 * atoms.unknown >= atoms.count;
}

/* Behind a formula between \( and \) or \[ and \] that begins at from; from itself if none does. */
static size_t marked_end(const struct plain_chars *t, size_t from)
{
    uint32_t open = from + 1 < t->count ? t->c[from + 1] : 0, close = open == '(' ? ')' : ']';

    if (t->c[from] != '\\' || (open != '(' && open != '['))
        return from;
    for (size_t i = from + 2; i + 1 < t->count; i++)
        if (t->c[i] == '\\' && t->c[i + 1] == close)
            return i + 2;
    return from;
}

/* ---- the whole ---- */

void formulas_check(const struct symbols *symbols, const struct plain_chars *t,
                    void (*found)(void *arg, size_t from, size_t to), void *arg)
{
    for (size_t at = 0; at < t->count && symbols->formulas;) {
        struct piece p = piece_at(t, at);
        struct atoms atoms;
        size_t marked = marked_end(t, at);
        size_t end;

        if (marked > at) {
            if (marked_in_doubt(symbols, t, at + 2, marked - 2))
                found(arg, at, marked);
            at = marked;
            continue;
        }
        end = p.kind == PIECE_BLANK ? at : formula_end(symbols, t, at, &atoms);

        /* half of its letters: one may have been lost on the way into the text layer */
        if (end > at && atoms.count >= 2 && 2 * atoms.unknown >= atoms.count)
            found(arg, at, end);
        at = end > at ? end : p.to;
    }
}

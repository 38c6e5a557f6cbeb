/* claimed_formulas - see claimed_formulas.h */
#include "stages/vision/grounding/claimed_formulas.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/lib/text/char_class.h"
#include "stages/vision/grounding/formula_pieces.h"

enum { MAX_ATOMS = 32, MAX_SPAN = 240, MAX_DEFINED = 64 };

struct symbols {
    uint32_t *list;
    size_t count;
    uint32_t defined[MAX_DEFINED]; /* those that stand before an equals sign */
    size_t defined_count;
    bool odd;      /* letters of a symbol font, which may be any */
    bool formulas; /* there are formulas at all */
};

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

static bool greek(uint32_t c)
{
    return c >= 0x370 && c <= 0x3ff;
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
        struct formula_piece p = formula_piece_at(t, i);

        if (p.kind == PIECE_WORD && p.to - p.from > FORMULA_SHORT)
            return false;
        i = p.to;
    }
    return true;
}

static bool stands_before_relation(const struct plain_chars *t, size_t at, size_t to)
{
    while (at < to && char_is_blank(t->c[at]))
        at++;
    return at < to && formula_relation_at(t, at);
}

/* Where there are signs of a formula, short words are products of letters, and long ones may be a letter with
 * its index; elsewhere they are words. */
static void learn_line(struct symbols *symbols, const struct plain_chars *t, size_t from, size_t to)
{
    bool formula = false, bare = wordless(t, from, to);

    for (size_t i = from; i < to; i++) {
        formula = formula ||
                  (formula_is_sign(t->c[i]) && strchr("-()'!", t->c[i] < 0x80 ? (int)t->c[i] : 1) == NULL);
        symbols->formulas = symbols->formulas || formula_relation_at(t, i) || formula_is_operator(t->c[i]);
    }
    for (size_t i = from; i < to;) {
        struct formula_piece p = formula_piece_at(t, i);

        if (p.kind == PIECE_WORD && stands_before_relation(t, p.to, to) &&
            symbols->defined_count < MAX_DEFINED)
            symbols->defined[symbols->defined_count++] = t->c[i];
        for (size_t k = p.from; k < p.to && p.kind == PIECE_WORD; k++)
            if (p.to - p.from == 1 || greek(t->c[k]) ||
                ((formula || bare) && p.to - p.from <= FORMULA_SHORT) || (formula && k == p.from))
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

/* A hyphen or an apostrophe is as good in a word. */
static bool binds(uint32_t c)
{
    return plain_is_digit(c) || (formula_is_sign(c) && c != '-' && c != '\'');
}

/* Can it stand in a formula? A short word can if a sign or number touches it, or the formula's last sign was
 * an equals sign. */
static bool fits(const struct plain_chars *t, struct formula_piece p, bool behind_relation)
{
    bool touched = (p.from > 0 && binds(t->c[p.from - 1])) || (p.to < t->count && binds(t->c[p.to]));

    switch (p.kind) {
    case PIECE_WORD:
        return p.to - p.from == 1 || formula_is_function(t, p) ||
               (p.to - p.from <= FORMULA_SHORT && (touched || behind_relation));
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
                  struct formula_piece p)
{
    uint32_t letter = p.kind == PIECE_COMMAND ? formula_greek_letter(t, p) : 0;

    if (letter != 0)
        weigh_letter(symbols, atoms, letter);
    if (p.kind == PIECE_WORD && !formula_is_function(t, p))
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
        struct formula_piece p = formula_piece_at(t, at);

        if (!fits(t, p, behind))
            break;
        weigh(symbols, atoms, t, p);
        if (p.kind == PIECE_SIGN)
            is_formula = is_formula || formula_relation_at(t, at) || formula_is_operator(t->c[at]);
        is_formula = is_formula || p.kind == PIECE_COMMAND;
        if (p.kind != PIECE_BLANK) {
            behind = p.kind == PIECE_SIGN && formula_relation_at(t, at);
            end = p.to;
        }
        at = p.to;
    }
    return is_formula ? end : from;
}

/* ---- formulas that are marked as such ---- */

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
static bool is_name(const struct plain_chars *t, struct formula_piece p)
{
    uint32_t before = p.from > 1 && t->c[p.from - 1] == '{' ? t->c[p.from - 2] : 0;

    return p.kind == PIECE_WORD &&
           (p.to - p.from > FORMULA_SHORT || (p.to - p.from > 1 && (before == '_' || before == '^')));
}

/* The letters between two characters, at most max of them. */
static struct atoms atoms_of(const struct symbols *symbols, const struct plain_chars *t, size_t from,
                             size_t to, size_t max)
{
    struct atoms atoms = {.count = 0};

    for (size_t at = from; at < to && atoms.count < max;) {
        struct formula_piece p = formula_piece_at(t, at);

        at = p.to;
        if (p.kind == PIECE_COMMAND && formula_holds_words(t, p))
            at = braces_end(t, at, to);
        else if (!is_name(t, p))
            weigh(symbols, &atoms, t, p);
    }
    return atoms;
}

/* Half of its letters: one may have been lost on the way into the text layer. */
static bool in_doubt(const struct atoms *atoms)
{
    return atoms->count >= 2 && 2 * atoms->unknown >= atoms->count;
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
        struct formula_piece p = formula_piece_at(t, at);
        struct atoms atoms;
        size_t marked = marked_end(t, at);
        size_t end;

        if (marked > at) {
            atoms = atoms_of(symbols, t, at + 2, marked - 2, MAX_ATOMS);
            if (in_doubt(&atoms))
                found(arg, at, marked);
            at = marked;
            continue;
        }
        end = p.kind == PIECE_BLANK ? at : formula_end(symbols, t, at, &atoms);
        if (end > at && in_doubt(&atoms))
            found(arg, at, end);
        at = end > at ? end : p.to;
    }
}

/* Where the text layer has lost what stands before its equals signs, any symbol may be defined. */
static bool defines(const struct symbols *symbols, uint32_t c)
{
    for (size_t i = 0; i < symbols->defined_count; i++)
        if (symbols->defined[i] == c)
            return true;
    return symbols->defined_count == 0 && knows(symbols, c);
}

bool formula_contradicts(const struct symbols *symbols, const struct plain_chars *t, size_t from, size_t to)
{
    struct atoms atoms = atoms_of(symbols, t, from, to, 1);

    return atoms.count > 0 && defines(symbols, atoms.seen[0]);
}

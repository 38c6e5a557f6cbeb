/* formula_pieces - see formula_pieces.h */
#include "stages/vision/grounding/formula_pieces.h"

#include <string.h>

#include "stages/lib/text/char_class.h"

enum { MAX_COMMAND = 16 };

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

bool formula_relation_at(const struct plain_chars *t, size_t at)
{
    bool arrow =
        t->c[at] == '=' && ((at + 1 < t->count && t->c[at + 1] == '>') || (at > 0 && t->c[at - 1] == '<'));

    return relation(t->c[at]) && !arrow;
}

bool formula_is_operator(uint32_t c)
{
    static const uint32_t more[] = {0x2211, 0x220f, 0x222b, 0x221a, 0x2202, 0x2207, 0};

    return among("", more, c);
}

bool formula_is_sign(uint32_t c)
{
    static const uint32_t more[] = {0xb1,   0xd7,   0xf7,   0xb7,   0x22c5, 0x2217, 0x221e, 0x2208, 0x222a,
                                    0x2229, 0x2192, 0x21d2, 0x2032, 0x2225, 0x2016, 0x2297, 0x2295, 0};

    return relation(c) || formula_is_operator(c) || plain_is_superscript(c) ||
           among("+-*/^_()[]{}|<>!&~'", more, c);
}

struct formula_piece formula_piece_at(const struct plain_chars *t, size_t at)
{
    struct formula_piece p = {PIECE_OTHER, at, at + 1};
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
    } else if (formula_is_sign(c)) {
        p.kind = PIECE_SIGN;
    }
    return p;
}

static const struct {
    const char *name;
    uint32_t letter;
} commands[] = {{"alpha", 0x3b1},  {"beta", 0x3b2},  {"gamma", 0x3b3}, {"delta", 0x3b4}, {"epsilon", 0x3b5},
                {"zeta", 0x3b6},   {"eta", 0x3b7},   {"theta", 0x3b8}, {"iota", 0x3b9},  {"kappa", 0x3ba},
                {"lambda", 0x3bb}, {"mu", 0x3bc},    {"nu", 0x3bd},    {"xi", 0x3be},    {"pi", 0x3c0},
                {"rho", 0x3c1},    {"sigma", 0x3c3}, {"tau", 0x3c4},   {"phi", 0x3c6},   {"chi", 0x3c7},
                {"psi", 0x3c8},    {"omega", 0x3c9}, {"Gamma", 0x393}, {"Delta", 0x394}, {"Theta", 0x398},
                {"Lambda", 0x39b}, {"Sigma", 0x3a3}, {"Phi", 0x3a6},   {"Psi", 0x3a8},   {"Omega", 0x3a9}};

uint32_t formula_greek_letter(const struct plain_chars *t, struct formula_piece p)
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

bool formula_is_function(const struct plain_chars *t, struct formula_piece p)
{
    static const char list[] = " sin cos tan log ln exp max min lim arg mod det tr var cov pr ";
    char key[FORMULA_SHORT + 3] = " ";
    size_t used = 1;

    if (p.to - p.from > FORMULA_SHORT)
        return false;
    for (size_t i = p.from; i < p.to; i++) {
        if (t->c[i] > 0x7f)
            return false;
        key[used++] = (char)char_to_lower(t->c[i]);
    }
    key[used] = ' ';
    return used > 2 && strstr(list, key) != NULL;
}

bool formula_holds_words(const struct plain_chars *t, struct formula_piece p)
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

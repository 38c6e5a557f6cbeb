/* formula_symbol - the table of symbols, and letters in Unicode's mathematical alphabets */
#include "stages/assembler/formula/formula_tree.h"

#include <ctype.h>
#include <string.h>

#include "proto/utf8.h"

/* ---- the table */

#define SYMBOL(name, text, class)  {name, text, CLASS_##class, SPELLED_COMMAND},
#define LITERAL(name, text, class) {name, text, CLASS_##class, SPELLED_LITERAL},
#define OURS(name, text, class)    {name, text, CLASS_##class, SPELLED_OURS},
static const struct symbol symbols[] = {
#include "stages/assembler/formula/formula_symbols.def"
};
#undef SYMBOL
#undef LITERAL
#undef OURS

enum { SYMBOLS = sizeof symbols / sizeof *symbols };

static bool same(const char *text, const char *other, size_t size)
{
    return *text == *other && strncmp(text, other, size) == 0 && text[size] == '\0';
}

const struct symbol *symbol_named(const char *name, size_t size)
{
    for (size_t i = 0; i < SYMBOLS; i++)
        if (symbols[i].spelling != SPELLED_LITERAL && same(symbols[i].name, name, size))
            return &symbols[i];
    return NULL;
}

const struct symbol *symbol_literal(const char *text, size_t size)
{
    if (size != 1 || isalnum((unsigned char)*text)) /* most of a formula */
        return NULL;
    for (size_t i = 0; i < SYMBOLS; i++)
        if (symbols[i].spelling == SPELLED_LITERAL && same(symbols[i].name, text, size))
            return &symbols[i];
    return NULL;
}

const struct symbol *symbol_shown(const char *text, size_t size)
{
    for (size_t i = 0; i < SYMBOLS; i++)
        if (symbols[i].class <= CLASS_INTEGRAL && same(symbols[i].text, text, size))
            return &symbols[i];
    return NULL;
}

/* ---- alphabets */

/* Where each begins: A, a, 0, and the capital Alpha; 0: it has none. */
static const struct {
    uint32_t capital, small, digit, greek;
} alphabets[] = {
    [FONT_ITALIC] = {0x1d434, 0x1d44e, 0, 0x1d6e2},
    [FONT_BOLD] = {0x1d400, 0x1d41a, 0x1d7ce, 0x1d6a8},
    [FONT_BOLD_ITALIC] = {0x1d468, 0x1d482, 0x1d7ce, 0x1d71c},
    [FONT_BLACKBOARD] = {0x1d538, 0x1d552, 0x1d7d8, 0},
    [FONT_SCRIPT] = {0x1d49c, 0x1d4b6, 0, 0},
    [FONT_FRAKTUR] = {0x1d504, 0x1d51e, 0, 0},
    [FONT_SANS] = {0x1d5a0, 0x1d5ba, 0x1d7e2, 0},
    [FONT_MONO] = {0x1d670, 0x1d68a, 0x1d7f6, 0},
};

/* Letters that Unicode had before their alphabets, where those leave a hole. */
static const struct {
    uint32_t hole, letter;
} early[] = {
    {0x1d455, 0x210e}, {0x1d49d, 0x212c}, {0x1d4a0, 0x2130}, {0x1d4a1, 0x2131}, {0x1d4a3, 0x210b},
    {0x1d4a4, 0x2110}, {0x1d4a7, 0x2112}, {0x1d4a8, 0x2133}, {0x1d4ad, 0x211b}, {0x1d4ba, 0x212f},
    {0x1d4bc, 0x210a}, {0x1d4c4, 0x2134}, {0x1d506, 0x212d}, {0x1d50b, 0x210c}, {0x1d50c, 0x2111},
    {0x1d515, 0x211c}, {0x1d51d, 0x2128}, {0x1d53a, 0x2102}, {0x1d53f, 0x210d}, {0x1d545, 0x2115},
    {0x1d547, 0x2119}, {0x1d548, 0x211a}, {0x1d549, 0x211d}, {0x1d551, 0x2124},
};

/* Place of a Greek letter in such an alphabet; -1: not of them. */
static int greek_place(uint32_t c)
{
    static const uint32_t variants[] = {0x2202, 0x3f5, 0x3d1, 0x3f0, 0x3d5, 0x3f1, 0x3d6};

    if (c >= 0x391 && c <= 0x3a9)
        return (int)(c - 0x391);
    if (c >= 0x3b1 && c <= 0x3c9)
        return (int)(c - 0x3b1) + 26;
    if (c == 0x2207)
        return 25;
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++)
        if (variants[i] == c)
            return (int)i + 51;
    return -1;
}

static uint32_t in_alphabet(uint32_t c, uint32_t begin, uint32_t offset)
{
    if (begin == 0)
        return c;
    for (size_t i = 0; i < sizeof early / sizeof *early; i++)
        if (early[i].hole == begin + offset)
            return early[i].letter;
    return begin + offset;
}

uint32_t font_letter(uint32_t c, enum font font)
{
    if (font == FONT_AUTO || font == FONT_UPRIGHT)
        return c;
    if (c >= 'A' && c <= 'Z')
        return in_alphabet(c, alphabets[font].capital, c - 'A');
    if (c >= 'a' && c <= 'z')
        return in_alphabet(c, alphabets[font].small, c - 'a');
    if (c >= '0' && c <= '9')
        return in_alphabet(c, alphabets[font].digit, c - '0');
    if (greek_place(c) >= 0)
        return in_alphabet(c, alphabets[font].greek, (uint32_t)greek_place(c));
    return c;
}

void font_add(struct bytes *to, const char *text, enum font font)
{
    size_t size = strlen(text), step;
    uint32_t c;
    char put[4];

    for (size_t at = 0; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step)
        bytes_add(to, put, utf8_put(put, font_letter(c, font)));
}

bool font_is_capital_greek(const char *text)
{
    return (unsigned char)text[0] == 0xce && (unsigned char)text[1] >= 0x91 && (unsigned char)text[1] <= 0xa9;
}

/* ---- raised and lowered */

static const struct {
    uint32_t plain, raised, lowered;
} scripts[] = {
    {'0', 0x2070, 0x2080}, {'1', 0xb9, 0x2081},   {'2', 0xb2, 0x2082},     {'3', 0xb3, 0x2083},
    {'4', 0x2074, 0x2084}, {'5', 0x2075, 0x2085}, {'6', 0x2076, 0x2086},   {'7', 0x2077, 0x2087},
    {'8', 0x2078, 0x2088}, {'9', 0x2079, 0x2089}, {'+', 0x207a, 0x208a},   {0x2212, 0x207b, 0x208b},
    {'=', 0x207c, 0x208c}, {'(', 0x207d, 0x208d}, {')', 0x207e, 0x208e},   {'a', 0x1d43, 0x2090},
    {'b', 0x1d47, 0},      {'c', 0x1d9c, 0},      {'d', 0x1d48, 0},        {'e', 0x1d49, 0x2091},
    {'f', 0x1da0, 0},      {'g', 0x1d4d, 0},      {'h', 0x2b0, 0x2095},    {'i', 0x2071, 0x1d62},
    {'j', 0x2b2, 0x2c7c},  {'k', 0x1d4f, 0x2096}, {'l', 0x2e1, 0x2097},    {'m', 0x1d50, 0x2098},
    {'n', 0x207f, 0x2099}, {'o', 0x1d52, 0x2092}, {'p', 0x1d56, 0x209a},   {'r', 0x2b3, 0x1d63},
    {'s', 0x2e2, 0x209b},  {'t', 0x1d57, 0x209c}, {'u', 0x1d58, 0x1d64},   {'v', 0x1d5b, 0x1d65},
    {'w', 0x2b7, 0},       {'x', 0x2e3, 0x2093},  {'y', 0x2b8, 0},         {'z', 0x1dbb, 0},
    {'A', 0x1d2c, 0},      {'B', 0x1d2e, 0},      {'D', 0x1d30, 0},        {'E', 0x1d31, 0},
    {'G', 0x1d33, 0},      {'H', 0x1d34, 0},      {'I', 0x1d35, 0},        {'J', 0x1d36, 0},
    {'K', 0x1d37, 0},      {'L', 0x1d38, 0},      {'M', 0x1d39, 0},        {'N', 0x1d3a, 0},
    {'O', 0x1d3c, 0},      {'P', 0x1d3e, 0},      {'R', 0x1d3f, 0},        {'T', 0x1d40, 0},
    {'U', 0x1d41, 0},      {'W', 0x1d42, 0},      {0x3b2, 0x1d5d, 0x1d66}, {0x3b3, 0x1d5e, 0x1d67},
    {0x2032, 0x2032, 0},
};

enum { SCRIPTS = sizeof scripts / sizeof *scripts };

uint32_t script_letter(uint32_t c, bool raised)
{
    for (size_t i = 0; i < SCRIPTS; i++)
        if (scripts[i].plain == c)
            return raised ? scripts[i].raised : scripts[i].lowered;
    return 0;
}

uint32_t script_plain(uint32_t c, bool *raised)
{
    for (size_t i = 0; i < SCRIPTS && c >= 0x80; i++)
        if (scripts[i].raised == c || scripts[i].lowered == c) {
            *raised = scripts[i].raised == c;
            return scripts[i].plain;
        }
    return 0;
}

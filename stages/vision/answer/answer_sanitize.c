/* answer_sanitize - see answer_sanitize.h */
#include "stages/vision/answer/answer_sanitize.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"

/* ---- backslashes that JSON took ---- */

/* How commands go on whose first letter JSON reads as an escape, with the character it became. In formulas
 * only, where a line may also end. */
static const struct taken {
    char became, letter;
    bool formula;
    const char *rest;
} taken[] = {
    {'\t', 't', false, "heta"},   {'\t', 't', false, "imes"},      {'\t', 't', false, "ext{"},
    {'\t', 't', false, "extbf{"}, {'\t', 't', false, "extit{"},    {'\t', 't', false, "frac{"},
    {'\t', 't', false, "ilde{"},  {'\t', 't', true, "riangle"},    {'\t', 't', true, "herefore"},
    {'\t', 't', true, "anh"},     {'\t', 't', true, "au"},         {'\t', 't', true, "an"},
    {'\t', 't', true, "o"},       {'\t', 't', true, "op"},         {'\r', 'r', true, "ho"},
    {'\r', 'r', true, "ight"},    {'\r', 'r', true, "angle"},      {'\r', 'r', true, "m"},
    {'\r', 'r', true, "floor"},   {'\r', 'r', true, "ceil"},       {'\n', 'n', true, "abla"},
    {'\n', 'n', true, "eq"},      {'\n', 'n', true, "e"},          {'\n', 'n', true, "u"},
    {'\n', 'n', true, "ot"},      {'\n', 'n', true, "otin"},       {'\n', 'n', true, "i"},
    {'\n', 'n', true, "leq"},     {'\n', 'n', true, "rightarrow"},
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The letter of the escape that this character was; '\0': it is what it is. Form feed and backspace stand in
 * no text. */
static char letter_of(const char *at, bool formula)
{
    if ((*at == '\f' || *at == '\b') && is_letter(at[1]))
        return *at == '\f' ? 'f' : 'b';
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
        size_t size = strlen(taken[i].rest);

        if (*at == taken[i].became && (formula || !taken[i].formula) &&
            strncmp(at + 1, taken[i].rest, size) == 0 &&
            (taken[i].rest[size - 1] == '{' || !is_letter(at[1 + size]) ||
             strcmp(taken[i].rest, "ight") == 0))
            return taken[i].letter;
    }
    return '\0';
}

/* ---- the whole ---- */

/* Controls, C1, noncharacters, and what is drawn as nothing and joins nothing. */
static bool is_dropped(uint32_t c)
{
    return (c < ' ' && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0) || c == 0xfffe || c == 0xffff ||
           c == 0xfeff || c == 0x200b || c == 0x2060 || c == 0x180e;
}

static char *tidy(const char *text)
{
    size_t size = strlen(text), used = 0, step;
    char *out = need(2 * size + 1), letter;
    bool formula = false;
    uint32_t c;

    for (size_t at = 0; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step) {
        formula = formula != (c == '$');
        letter = c < ' ' ? letter_of(text + at, formula) : '\0';
        if (letter != '\0') {
            out[used++] = '\\';
            out[used++] = letter;
            continue;
        }
        if (is_dropped(c) || (used == 0 && (c == ' ' || c == '\n' || c == '\t')))
            continue;
        memcpy(out + used, text + at, step);
        used += step;
    }
    while (used > 0 && strchr(" \n\t", out[used - 1]) != NULL)
        used--;
    out[used] = '\0';
    return out;
}

json_t *answer_sanitize_line(const char *text)
{
    char *clean = tidy(text);
    json_t *value = json_string(clean);

    must(value != NULL);
    free(clean);
    return value;
}

json_t *answer_sanitize_text(const json_t *value, size_t max, const char **why)
{
    const char *raw = json_string_value(value);

    *why = raw == NULL ? "a text is missing or not a string" : "a text is too long";
    if (raw == NULL || json_string_length(value) > max)
        return NULL;
    return answer_sanitize_line(raw);
}

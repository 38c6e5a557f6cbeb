/* rich_tex - where formulas and code end, see rich_internal.h */
#include "stages/assembler/rich/rich_internal.h"

#include <string.h>

#include "stages/assembler/lib/text.h"

enum { FORMULA_MAX = 16384, BRACES_MAX = 512 };

/* Environments that are formulas by themselves. */
static const char *const environments[] = {"equation", "equation*", "align",     "align*",   "gather",
                                           "gather*",  "multline",  "multline*", "eqnarray", "eqnarray*",
                                           "aligned",  "gathered",  "split",     "cases",    "array",
                                           "matrix",   "pmatrix",   "bmatrix",   "vmatrix",  "Vmatrix"};
enum { KNOWN = sizeof environments / sizeof *environments };
_Static_assert(KNOWN <= (int)ENVIRONMENTS_MAX, "room for what is known of each");

/* Backslash and character are a pair: in "\\)" nothing ends. The end of the text if it is nowhere. */
static const char *find_pair(const char *at, char second)
{
    while (*at != '\0' && !(at[0] == '\\' && at[1] == second))
        at += at[0] == '\\' && at[1] != '\0' ? 2 : 1;
    return at;
}

/* Not strstr: with sanitizers, that measures all of the text each time. */
static const char *find_dollars(const char *at)
{
    while (*at != '\0' && !(at[0] == '$' && at[1] == '$'))
        at++;
    return at;
}

/* Between delimiters of two characters, of which stop is where the next closing one is. */
static bool found_between(const char *at, const char *stop, struct found *found)
{
    const char *inner = at + 2;

    if (*stop == '\0' || stop - inner > FORMULA_MAX)
        return false;
    *found = (struct found){inner, stop + 2, (size_t)(stop - inner)};
    return true;
}

static bool brackets(struct ends *ends, const char *at, struct found *found)
{
    if (ends->bracket == NULL || ends->bracket < at + 2)
        ends->bracket = find_pair(at + 2, ']');
    return found_between(at, ends->bracket, found);
}

static bool dollars(struct ends *ends, const char *at, struct found *found)
{
    if (ends->dollars == NULL || ends->dollars < at + 2)
        ends->dollars = find_dollars(at + 2);
    return ends->dollars > at + 2 && found_between(at, ends->dollars, found);
}

/* Pandoc's rule: no blank inside next to the dollars, no digit after the closing one; the next dollar is it
 * or there is none. */
static bool dollar(const char *text, const char *at, struct found *found)
{
    const char *inner = at + 1, *stop = inner, *last = at + FORMULA_MAX;

    if ((at > text && (at[-1] == '$' || text_word_char(at[-1]))) || *inner == '$' || *inner == '\0' ||
        text_blank_at(inner) > 0)
        return false;
    for (; *stop != '\0' && *stop != '$' && stop < last; stop++)
        stop += *stop == '\\' && stop[1] != '\0';
    *found = (struct found){inner, stop + 1, (size_t)(stop - inner)};
    return *stop == '$' && !(stop[-1] == ' ' || stop[-1] == '\n' || stop[-1] == '\t') &&
           !(stop[1] >= '0' && stop[1] <= '9');
}

/* The first line end that only blanks part from the next one. */
static const char *find_blank_line(const char *at)
{
    while (*at != '\0' && !(at[0] == '\n' && at[1 + strspn(at + 1, " \t")] == '\n'))
        at++;
    return at;
}

static bool parens(struct ends *ends, const char *at, struct found *found)
{
    if (ends->paren == NULL || ends->paren < at + 2)
        ends->paren = find_pair(at + 2, ')');
    if (ends->blank_line == NULL || ends->blank_line < at)
        ends->blank_line = find_blank_line(at);
    return found_between(at, ends->paren, found) && found->end <= ends->blank_line;
}

/* ---- environments ---- */

/* The environment whose name stands between these braces, KNOWN if we know none. */
static size_t environment_at(const char *brace)
{
    size_t i = 0;

    for (; i < KNOWN; i++) {
        size_t size = strlen(environments[i]);

        if (strncmp(brace + 1, environments[i], size) == 0 && brace[1 + size] == '}')
            break;
    }
    return i;
}

/* It ends where as many of its name have ended as have begun. */
static const char *environment_end(const char *at, size_t kind)
{
    const char *last = at + FORMULA_MAX;
    unsigned depth = 0;

    for (; (at = strchr(at, '\\')) != NULL && at < last; at += at[1] == '\\' ? 2 : 1) {
        if (strncmp(at, "\\begin{", 7) == 0 && environment_at(at + 6) == kind)
            depth++;
        else if (strncmp(at, "\\end{", 5) == 0 && environment_at(at + 4) == kind && --depth == 0)
            return strchr(at, '}') + 1;
    }
    return NULL;
}

static bool environment(struct ends *ends, const char *at, struct found *found)
{
    size_t kind = environment_at(at + 6);
    const char *end;

    if (kind == KNOWN || (ends->no_environment[kind] != NULL && at >= ends->no_environment[kind]))
        return false;
    end = environment_end(at, kind);
    if (end == NULL) {
        ends->no_environment[kind] = at;
        return false;
    }
    *found = (struct found){at, end, (size_t)(end - at)};
    return true;
}

bool rich_find_formula(struct ends *ends, const char *text, const char *at, struct found *found,
                       bool *display)
{
    *display = false;
    if (at[0] == '\\' && at[1] == '(')
        return parens(ends, at, found);
    if (at[0] == '$' && at[1] != '$')
        return dollar(text, at, found);
    *display = true;
    if (at[0] == '$')
        return dollars(ends, at, found);
    if (at[1] == '[')
        return brackets(ends, at, found);
    return strncmp(at, "\\begin{", 7) == 0 && environment(ends, at, found);
}

/* ---- code and commands ---- */

bool rich_find_code(struct ends *ends, const char *at, struct found *found)
{
    size_t ticks = strspn(at, "`"), run;

    if (ticks > TICKS_MAX || (ends->no_code[ticks] != NULL && at >= ends->no_code[ticks]))
        return false;
    for (const char *stop = at + ticks; (stop = strchr(stop, '`')) != NULL; stop += run) {
        run = strspn(stop, "`");
        if (run == ticks) {
            *found = (struct found){at + ticks, stop + ticks, (size_t)(stop - at) - ticks};
            return true;
        }
    }
    ends->no_code[ticks] = at;
    return false;
}

/* Behind the brace that closes the one at at; NULL if there is none nearby. */
static const char *braces_end(const char *at)
{
    const char *last = at + BRACES_MAX;
    unsigned depth = 0;

    for (; (unsigned char)*at >= ' ' && at < last; at++) {
        depth += *at == '{';
        if (*at == '}' && --depth == 0)
            return at + 1;
    }
    return NULL;
}

/* ASCII without blanks, but whatever is in braces; a full stop at the end is the sentence's, and so is a
 * bracket that was not opened here. */
const char *rich_find_command(const char *word, const char *at)
{
    const char *start = at;

    do {
        const char *after = *at == '{' ? braces_end(at) : at + 1;

        if (after == NULL)
            break;
        at = after;
    } while (*at > ' ' && *at < 0x7f && *at != '`' && *at != '$' && strncmp(at, "**", 2) != 0);
    while (at > start + 2 && strchr(".,;:!?", at[-1]) != NULL)
        at--;
    if (at > start + 2 && at[-1] == ')' && memchr(word, '(', (size_t)(at - word)) == NULL)
        at--;
    return at;
}

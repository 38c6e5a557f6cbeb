/* markup - see markup.h */
#include "stages/vision/answer/markup.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libxml/HTMLparser.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/vision/answer/backslash.h"

enum { MAX_NAME = 12, MAX_SCRIPT = 80 };

/* A text on its way. */
struct cleaning {
    const char *text, *at, *end;
    FILE *out;
    bool tags; /* each < in it begins a tag that we know */
};

/* ---- code and formulas ---- */

static bool starts(const char *at, const char *end, const char *word)
{
    return (size_t)(end - at) >= strlen(word) && memcmp(at, word, strlen(word)) == 0;
}

static const char *find(const char *at, const char *end, const char *word)
{
    return at > end ? NULL : memmem(at, (size_t)(end - at), word, strlen(word));
}

/* Behind the code that begins here; NULL: none does. */
static const char *code_end(const char *at, const char *end)
{
    const char *mark = *at == '~' ? "~~~" : "```", *close;
    char run[8];
    size_t size = 0;

    if (starts(at, end, "```") || starts(at, end, "~~~")) {
        close = find(at + 3, end, mark);
        return close == NULL ? end : close + 3;
    }
    while (at + size < end && size + 1 < sizeof run && at[size] == '`')
        run[size++] = '`';
    run[size] = '\0';
    close = size == 0 ? NULL : find(at + size, end, run);
    return close == NULL ? NULL : close + size;
}

/* What begins and ends a formula, and what is written for that. */
static const struct fence {
    const char *opens, *closes, *open_as, *close_as;
} fences[] = {
    {"$$", "$$", "$$", "$$"},         {"$", "$", "$", "$"},         {"\\\\(", "\\\\)", "\\(", "\\)"},
    {"\\\\[", "\\\\]", "\\[", "\\]"}, {"\\(", "\\)", "\\(", "\\)"}, {"\\[", "\\]", "\\[", "\\]"},
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* Dollars may be money: a formula has no blanks inside its single dollars, and no digit behind them. */
static bool is_formula(const struct fence *fence, const char *from, const char *to, const char *end)
{
    if (from >= to || find(from, to, "\n\n") != NULL)
        return false;
    if (strcmp(fence->opens, "$") != 0)
        return true;
    return !is_blank(*from) && !is_blank(to[-1]) && (to + 1 == end || to[1] < '0' || to[1] > '9');
}

static const struct fence *fence_at(const struct cleaning *m, const char **from, const char **to)
{
    for (size_t i = 0; i < sizeof fences / sizeof *fences; i++) {
        const struct fence *fence = &fences[i];

        if (!starts(m->at, m->end, fence->opens) || (m->at > m->text && m->at[-1] == '\\'))
            continue;
        *from = m->at + strlen(fence->opens);
        *to = find(*from, m->end, fence->closes);
        if (*to != NULL && is_formula(fence, *from, *to, m->end))
            return fence;
    }
    return NULL;
}

/* ---- character references ---- */

/* The number behind the '#'. */
static uint32_t reference_number(const char *digits)
{
    bool hex = *digits == 'x' || *digits == 'X';
    char *stop;
    unsigned long value = strtoul(digits + hex, &stop, hex ? 16 : 10);

    return stop == digits + hex || *stop != '\0' || value < ' ' || value > 0x10ffff ||
                   (value >= 0x7f && value < 0xa0) || (value >= 0xd800 && value < 0xe000)
               ? 0
               : (uint32_t)value;
}

/* The character that the reference here stands for, its length in *size; 0: it is none. */
static uint32_t reference_at(const char *at, const char *end, size_t *size)
{
    const char *close = memchr(at, ';', (size_t)(end - at) < MAX_NAME ? (size_t)(end - at) : MAX_NAME);
    char name[MAX_NAME + 1] = "";
    const htmlEntityDesc *known;

    if (*at != '&' || close == NULL)
        return 0;
    *size = (size_t)(close - at) + 1;
    snprintf(name, sizeof name, "%.*s", (int)(close - at - 1), at + 1);
    if (*name == '#')
        return reference_number(name + 1);
    known = htmlEntityLookup((const xmlChar *)name);
    return known == NULL ? 0 : known->value;
}

static void put(FILE *out, uint32_t c)
{
    char bytes[4];

    fwrite(bytes, 1, utf8_put(bytes, c), out);
}

static void write_formula(FILE *out, const char *from, const char *to)
{
    char *text = NULL;
    size_t size, step;
    FILE *plain = open_memstream(&text, &size);
    uint32_t c;

    must(plain != NULL);
    while (from < to) {
        c = reference_at(from, to, &step);
        if (c != 0) {
            put(plain, c);
            from += step;
        } else {
            putc(*from++, plain);
        }
    }
    must(fclose(plain) == 0);
    backslash_mend(out, text, size);
    free(text);
}

/* ---- tags ---- */

/* Tags that have a sign of ours; "" for those whose text alone stays. */
static const struct tag {
    const char *name, *sign;
} signs[] = {
    {"b", "**"},  {"strong", "**"}, {"i", "*"},    {"em", "*"},  {"u", ""},     {"code", "`"},
    {"kbd", "`"}, {"tt", "`"},      {"samp", "`"}, {"mark", ""}, {"small", ""}, {"span", ""},
};

/* Length of <name>, </name> or <name/> here; 0: it is something else. */
static size_t tag_size(const char *at, const char *end, const char *name, bool closes)
{
    const char *from = at + 1 + closes;

    if (at >= end || *at != '<' || (closes && (at + 1 >= end || at[1] != '/')) ||
        (size_t)(end - from) <= strlen(name) || strncasecmp(from, name, strlen(name)) != 0)
        return 0;
    from += strlen(name);
    while (from < end && (*from == ' ' || *from == '/'))
        from++;
    return from < end && *from == '>' ? (size_t)(from - at) + 1 : 0;
}

static const char *closing(const char *at, const char *end, const char *name)
{
    for (; at < end; at++)
        if (tag_size(at, end, name, true) > 0)
            return at;
    return NULL;
}

static const struct tag *sign_of(const char *at, const char *end, size_t *size, bool *closes)
{
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        for (int k = 0; k < 2; k++) {
            *closes = k == 1;
            *size = tag_size(at, end, signs[i].name, *closes);
            if (*size > 0)
                return &signs[i];
        }
    return NULL;
}

/* Every < begins a tag, and each that opens is closed. */
static bool all_tags(const char *text, const char *end)
{
    static const char *const others[] = {"sub", "sup", "br"};

    for (const char *at = text; at < end; at++) {
        const char *skipped = *at == '`' ? code_end(at, end) : NULL;
        const struct tag *tag;
        bool closes, other = false;
        size_t size;

        if (skipped != NULL)
            at = skipped - 1;
        if (skipped != NULL || *at != '<')
            continue;
        for (size_t i = 0; i < sizeof others / sizeof *others; i++)
            other =
                other || tag_size(at, end, others[i], false) > 0 || tag_size(at, end, others[i], true) > 0;
        tag = other ? NULL : sign_of(at, end, &size, &closes);
        if (!other && (tag == NULL || (!closes && closing(at + size, end, tag->name) == NULL)))
            return false;
    }
    return true;
}

/* ---- raised and lowered ---- */

static const char plain_signs[] = "0123456789+-=()n";
static const char *const raised[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷",
                                     "⁸", "⁹", "⁺", "⁻", "⁼", "⁽", "⁾", "ⁿ"};
static const char *const lowered[] = {"₀", "₁", "₂", "₃", "₄", "₅", "₆", "₇",
                                      "₈", "₉", "₊", "₋", "₌", "₍", "₎", "ₙ"};

/* As characters of their own where there are such, else as a formula; NULL-safe for what holds tags: then it
 * stays. */
static bool put_script(FILE *out, const char *from, const char *to, bool up)
{
    size_t size = (size_t)(to - from);
    bool single = true;

    if (size == 0 || size > MAX_SCRIPT || memchr(from, '<', size) != NULL ||
        memchr(from, '$', size) != NULL || memchr(from, '\\', size) != NULL)
        return false;
    for (const char *at = from; at < to; at++)
        single = single && strchr(plain_signs, *at) != NULL;
    for (const char *at = from; at < to && single; at++)
        fputs((up ? raised : lowered)[strchr(plain_signs, *at) - plain_signs], out);
    if (!single)
        fprintf(out, "$%c{\\text{%.*s}}$", up ? '^' : '_', (int)size, from);
    return true;
}

static bool write_script(struct cleaning *m, const char *name)
{
    size_t size = tag_size(m->at, m->end, name, false);
    const char *close = size == 0 ? NULL : closing(m->at + size, m->end, name);

    if (close == NULL || !put_script(m->out, m->at + size, close, strcmp(name, "sup") == 0))
        return false;
    m->at = close + tag_size(close, m->end, name, true);
    return true;
}

/* A row of a table has no lines. */
static bool in_table_row(const struct cleaning *m)
{
    const char *line = m->at;

    while (line > m->text && line[-1] != '\n')
        line--;
    while (line < m->at && is_blank(*line))
        line++;
    return *line == '|';
}

static bool write_tag(struct cleaning *m)
{
    size_t size = tag_size(m->at, m->end, "br", false);
    const struct tag *tag;
    bool closes;

    if (write_script(m, "sub") || write_script(m, "sup"))
        return true;
    if (size > 0) {
        fputs(in_table_row(m) ? " / " : "\n", m->out);
        m->at += size;
        return true;
    }
    tag = m->tags ? sign_of(m->at, m->end, &size, &closes) : NULL;
    if (tag == NULL)
        return false;
    fputs(tag->sign, m->out);
    m->at += size;
    return true;
}

/* ---- line ends written out ---- */

/* \n behind a sentence, or before an entry of a list: anywhere else it may be a name, a path or a program's.
 */
static bool write_line(struct cleaning *m)
{
    char before = m->at > m->text ? m->at[-1] : '\n';
    bool second = m->at >= m->text + 2 && starts(m->at - 2, m->end, "\\n");
    bool ended = second || strchr(".:;!?)\n", before) != NULL, entry;
    const char *behind;

    if (!starts(m->at, m->end, "\\n") || m->end - m->at < 3)
        return false;
    behind = m->at + 2;
    entry = starts(behind, m->end, "- ") || starts(behind, m->end, "* ") || starts(behind, m->end, "• ");
    if (!entry && !starts(behind, m->end, "\\n") && (!ended || (behind[0] >= 'a' && behind[0] <= 'z')))
        return false;
    putc('\n', m->out);
    m->at = behind;
    return true;
}

/* ---- the whole ---- */

static void copy(struct cleaning *m, const char *to)
{
    fwrite(m->at, 1, (size_t)(to - m->at), m->out);
    m->at = to;
}

static void step(struct cleaning *m)
{
    const char *from, *to, *code = code_end(m->at, m->end);
    const struct fence *fence = code != NULL ? NULL : fence_at(m, &from, &to);
    size_t size;
    uint32_t c = reference_at(m->at, m->end, &size);

    if (code != NULL) {
        copy(m, code);
    } else if (fence != NULL) {
        fputs(fence->open_as, m->out);
        write_formula(m->out, from, to);
        fputs(fence->close_as, m->out);
        m->at = to + strlen(fence->closes);
    } else if (c != 0) {
        put(m->out, c);
        m->at += size;
    } else if ((*m->at != '<' || !write_tag(m)) && (*m->at != '\\' || !write_line(m))) {
        copy(m, m->at + 1);
    }
}

char *markup_text(const char *text)
{
    char *mended = NULL;
    size_t size;
    struct cleaning m = {.text = text, .at = text, .end = text + strlen(text)};

    m.out = open_memstream(&mended, &size);
    must(m.out != NULL);
    m.tags = all_tags(text, m.end);
    while (m.at < m.end)
        step(&m);
    must(fclose(m.out) == 0);
    return mended;
}

static void clean_text(json_t *text)
{
    char *mended = markup_text(json_string_value(text));

    json_string_set(text, mended);
    free(mended);
}

void markup_mend(json_t *value)
{
    const char *name;
    json_t *entry;
    size_t i;

    if (json_is_string(value))
        clean_text(value);
    json_array_foreach(value, i, entry) markup_mend(entry);
    json_object_foreach(value, name, entry) markup_mend(entry);
}

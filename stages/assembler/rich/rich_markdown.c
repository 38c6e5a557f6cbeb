/* rich_markdown - see rich_markdown.h */
#include "stages/assembler/rich/rich_markdown.h"

#include <stdbool.h>
#include <string.h>

#include "stages/assembler/lib/text.h"
#include "stages/assembler/rich/rich_html.h"

struct writing {
    struct bytes *to;
    unsigned indent;
    bool line, cell; /* no line may end in it; it is part of a row */
    bool after_maths;
};

static char last_of(const struct bytes *bytes)
{
    return bytes->size == 0 ? '\n' : bytes->data[bytes->size - 1];
}

/* Letters, digits, and all beyond ASCII. */
static bool is_word(char c)
{
    return text_word_char(c) || (c & 0x80) != 0;
}

static void line_begin(const struct writing *writing)
{
    bytes_add_format(writing->to, "%*s", (int)writing->indent, "");
}

static void line_next(const struct writing *writing)
{
    bytes_add_text(writing->to, "\n");
    line_begin(writing);
}

/* ---- text ---- */

/* A number with a full stop or parenthesis behind it begins a list. */
static bool ends_number(const char *begin, const char *at)
{
    const char *c = begin;

    while (c < at && *c >= '0' && *c <= '9')
        c++;
    return c == at && at > begin && at - begin <= 9 && (*at == '.' || *at == ')') &&
           (at[1] == ' ' || at[1] == '\0');
}

/* What a reader would take for more than the character, where it stands. begin: of the line or text. */
static bool is_markup(const struct writing *writing, const char *begin, const char *at)
{
    bool first = at == begin && (last_of(writing->to) == '\n' || last_of(writing->to) == ' ');

    if (strchr("\\`*[]$~", *at) != NULL)
        return true;
    if (strchr("#+-=>", *at) != NULL)
        return first;
    if (*at == '|')
        return writing->cell;
    if (*at == '_')
        return at == begin || !is_word(at[-1]) || !is_word(at[1]);
    if (*at == ':') /* an address is no link */
        return at[1] == '/' && at[2] == '/';
    return ends_number(begin, at);
}

static void text_add(struct writing *writing, const char *text)
{
    const char *begin = text;

    if (writing->after_maths && *text >= '0' && *text <= '9') /* else the dollar before it ends nothing */
        bytes_add_format(writing->to, "&#%d;", *text++);
    for (; *text != '\0'; text++) {
        if (*text == '\n' || *text == '\t' || (*text == ' ' && last_of(writing->to) == '\n'))
            bytes_add_text(writing->to, last_of(writing->to) == '\n' ? "" : " ");
        else if (*text == '<')
            bytes_add_text(writing->to, "&lt;");
        else if (*text == '&')
            bytes_add_text(writing->to, "&amp;");
        else {
            bytes_add(writing->to, "\\", is_markup(writing, begin, text));
            bytes_add(writing->to, text, 1);
        }
    }
}

/* Between more backticks than stand in it. */
static unsigned ticks_for(const char *code)
{
    unsigned max = 0, run = 0;

    for (; *code != '\0'; code++) {
        run = *code == '`' ? run + 1 : 0;
        max = run > max ? run : max;
    }
    return max + 1;
}

static void repeat(struct bytes *to, const char *text, unsigned count)
{
    while (count-- > 0)
        bytes_add_text(to, text);
}

/* Code that a gap parts, as one: backticks would meet. */
static size_t code_end(const struct spans *spans, size_t i)
{
    size_t end = i + 1;

    while (spans->item[i].kind == SPAN_CODE && end < spans->count && spans->item[end].kind == SPAN_CODE &&
           span_looks(&spans->item[end], &spans->item[i]))
        end++;
    return end;
}

/* The caller drops it. */
static struct bytes code_of(const struct spans *spans, size_t from, size_t end)
{
    struct bytes code = {0};

    for (size_t i = from; i < end; i++)
        bytes_add_text(&code, spans->item[i].text);
    bytes_text(&code);
    return code;
}

static void code_add(struct writing *writing, const struct spans *spans, size_t from, size_t end)
{
    struct bytes all = code_of(spans, from, end);
    const char *code = all.data;
    unsigned ticks = ticks_for(code);
    bool pad = *code == '`' || *code == ' ' || (all.size > 0 && strchr("` ", code[all.size - 1]) != NULL);

    repeat(writing->to, "`", ticks);
    bytes_add_text(writing->to, pad ? " " : "");
    for (; *code != '\0'; code++) {
        bytes_add(writing->to, "\\", writing->cell && *code == '|');
        bytes_add(writing->to, *code == '\n' || *code == '\t' ? " " : code, 1);
    }
    bytes_add_text(writing->to, pad ? " " : "");
    repeat(writing->to, "`", ticks);
    bytes_drop(&all);
}

/* ---- maths ---- */

/* What Markdown would take for emphasis, a link, HTML or an escape, and what costs nothing in maths instead:
 * of a character, and of a command that is a backslash and the character. */
static const struct {
    char character;
    const char *alone, *command;
} others[] = {{'{', NULL, "\\lbrace "},
              {'}', NULL, "\\rbrace "},
              {'|', "\\vert ", "\\Vert "},
              {',', NULL, "\\thinspace "},
              {';', NULL, "\\mkern5mu "},
              {':', NULL, "\\mkern4mu "},
              {'!', NULL, "\\negthinspace "},
              {'\\', NULL, "\\cr "},
              {'>', "\\gt ", "\\mkern4mu "},
              {'<', "\\lt ", NULL},
              {'_', "_ ", NULL},
              {'*', "\\ast ", NULL},
              {'~', "\\ ", NULL},
              {'`', "'", NULL},
              {']', "] ", NULL},
              {'$', "", NULL},
              {'\n', " ", NULL}};

static const char *other(const struct writing *writing, char character, bool command)
{
    if (character == '|' && !command && !writing->cell)
        return NULL;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i].character == character)
            return command ? others[i].command : others[i].alone;
    return NULL;
}

static void tex_add(struct writing *writing, const char *tex)
{
    for (; *tex != '\0'; tex++) {
        bool command = tex[0] == '\\' && tex[1] != '\0' && !is_word(tex[1]);
        const char *instead = other(writing, *(tex += command), command);

        if (instead != NULL)
            bytes_add_text(writing->to, instead);
        else
            bytes_add_format(writing->to, "%s%c", command ? "\\" : "", *tex);
    }
}

static void formula_add(struct writing *writing, const struct formula *formula)
{
    struct bytes tex = {0};

    formula_tex(formula, &tex);
    bytes_add_text(writing->to, "$");
    tex_add(writing, bytes_text(&tex));
    while (last_of(writing->to) == ' ')
        writing->to->size--;
    bytes_add_text(writing->to, "$");
    bytes_drop(&tex);
}

/* ---- spans ---- */

/* Markers need a blank or a mark outside of them and none inside, or they are none; then HTML's serve. */
static bool markers_serve(const struct bytes *to, const struct spans *spans, size_t i, size_t end)
{
    const char *text = spans->item[i].text, *last = spans->item[end - 1].text,
               *next = end < spans->count ? spans->item[end].text : NULL;
    size_t size = last == NULL ? 0 : strlen(last);

    if (size == 0 || is_word(last_of(to)) || !is_word(text[0]) || !is_word(last[size - 1]))
        return false;
    return next == NULL || !is_word(next[0]);
}

static void looks_add(struct bytes *to, const struct span *span, bool markers, bool end)
{
    if (!markers)
        rich_html_looks(span, end, to);
    else
        bytes_add_format(to, end ? "%3$s%2$s%1$s" : "%1$s%2$s%3$s", span->bold ? "**" : "",
                         span->italic ? "*" : "", span->strike ? "~~" : "");
}

static void span_add(struct writing *writing, const struct spans *spans, size_t i, size_t end)
{
    const struct span *span = &spans->item[i];
    bool serve = markers_serve(writing->to, spans, i, end);

    if (span->kind == SPAN_BREAK) {
        if (writing->line)
            bytes_add_text(writing->to, writing->cell ? "<br>" : " ");
        else {
            bytes_add_text(writing->to, "\\");
            line_next(writing);
        }
        return;
    }
    looks_add(writing->to, span, serve, false);
    if (span->kind == SPAN_FORMULA)
        formula_add(writing, span->formula);
    else if (span->kind == SPAN_CODE)
        code_add(writing, spans, i, end);
    else
        text_add(writing, span->text);
    looks_add(writing->to, span, serve, true);
    writing->after_maths = span->kind == SPAN_FORMULA;
}

static void spans_add(struct writing *writing, const struct spans *spans)
{
    writing->after_maths = false;
    for (size_t i = 0, end; i < spans->count; i = end) {
        end = code_end(spans, i);
        span_add(writing, spans, i, end);
    }
}

/* ---- blocks ---- */

static void code_block(struct writing *writing, const struct spans *spans)
{
    struct bytes all = code_of(spans, 0, spans->count);
    const char *line = all.data, *end;
    unsigned ticks = ticks_for(line) < 3 ? 3 : ticks_for(line);

    repeat(writing->to, "`", ticks);
    do {
        end = strchrnul(line, '\n');
        line_next(writing);
        bytes_add(writing->to, line, (size_t)(end - line));
        line = end + 1;
    } while (*end != '\0');
    line_next(writing);
    repeat(writing->to, "`", ticks);
    bytes_drop(&all);
}

static void formula_block(struct writing *writing, const struct span *span)
{
    struct bytes tex = {0};

    formula_tex(span->formula, &tex);
    bytes_add_text(writing->to, "$$");
    line_next(writing);
    tex_add(writing, bytes_text(&tex));
    line_next(writing);
    bytes_add_text(writing->to, "$$");
    bytes_drop(&tex);
}

static void table_add(struct writing *writing, const struct block *block)
{
    writing->line = writing->cell = true;
    for (size_t row = 0; row < block->rows; row++) {
        bytes_add_text(writing->to, "|");
        for (size_t column = 0; column < block->columns; column++) {
            bytes_add_text(writing->to, " ");
            spans_add(writing, &block->cells[row * block->columns + column]);
            bytes_add_text(writing->to, " |");
        }
        if (row == 0) {
            line_next(writing);
            bytes_add_text(writing->to, "|");
            repeat(writing->to, " --- |", (unsigned)block->columns);
        }
        if (row + 1 < block->rows)
            line_next(writing);
    }
    writing->line = writing->cell = false;
}

static void item_begin(struct writing *writing, const struct block *block)
{
    repeat(writing->to, "    ", block->level);
    if (block->number > 0)
        bytes_add_format(writing->to, "%u. ", block->number);
    else
        bytes_add_text(writing->to, "- ");
}

static void block_add(struct writing *writing, const struct block *block)
{
    line_begin(writing);
    switch (block->kind) {
    case BLOCK_CODE:
        code_block(writing, &block->spans);
        break;
    case BLOCK_FORMULA:
        formula_block(writing, &block->spans.item[0]);
        break;
    case BLOCK_TABLE:
        table_add(writing, block);
        break;
    case BLOCK_ITEM:
        item_begin(writing, block);
        writing->line = true;
        spans_add(writing, &block->spans);
        writing->line = false;
        break;
    default: /* headings of answers stand below those of the document */
        bytes_add_text(writing->to, block->kind == BLOCK_QUOTE     ? "> "
                                    : block->kind == BLOCK_HEADING ? "#### "
                                                                   : "");
        writing->line = block->kind != BLOCK_PARAGRAPH;
        spans_add(writing, &block->spans);
        writing->line = false;
        break;
    }
    bytes_add_text(writing->to, "\n");
}

void rich_markdown(const struct rich *rich, unsigned indent, struct bytes *to)
{
    struct writing writing = {.to = to, .indent = indent};

    for (size_t i = 0; i < rich->count; i++) {
        const struct block *block = &rich->blocks[i];

        block_add(&writing, block);
        if (block->kind != BLOCK_ITEM || i + 1 == rich->count || rich->blocks[i + 1].kind != BLOCK_ITEM)
            bytes_add_text(to, "\n");
    }
}

void rich_markdown_line(const struct rich *rich, struct bytes *to)
{
    struct writing writing = {.to = to, .line = true};

    for (size_t i = 0; i < rich->count; i++)
        spans_add(&writing, &rich->blocks[i].spans);
}

void rich_markdown_text(const char *text, struct bytes *to)
{
    struct writing writing = {.to = to, .line = true};

    text_add(&writing, text);
}

void rich_markdown_cell(const char *text, struct bytes *to)
{
    struct writing writing = {.to = to, .line = true, .cell = true};

    text_add(&writing, text);
}

/* rich_guard - the lines of a text as Markdown that md4c reads as they are meant, see rich_internal.h
 *
 * Answers are plain text with some Markdown in it: what begins a block is decided here, and every other line
 * begins with a letter (without a width) to md4c.  Lines are indented three times as far as they were, and
 * what an item begins with takes five columns: what is indented by two blanks more than an item then stands
 * within it, as everybody but CommonMark reads it.
 */
#include "stages/assembler/rich/rich_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_DIGITS = 3, FENCE_MIN = 3, HEADINGS = 6, TAB = 4, INSIDE = 2, WIDER = 3, COLUMNS_MAX = 12 };

static const char *line_end(const char *line)
{
    return line + strcspn(line, "\n");
}

static const char *next_line(const char *line)
{
    const char *end = line_end(line);

    return *end == '\n' ? end + 1 : end;
}

static const char *skip_blanks(const char *at)
{
    return at + strspn(at, " \t");
}

static bool blank_line(const char *line)
{
    const char *at = skip_blanks(line);

    return *at == '\n' || *at == '\0';
}

static unsigned indent_of(const char *line)
{
    unsigned indent = 0;

    for (; *line == ' ' || *line == '\t'; line++)
        indent = *line == '\t' ? (indent / TAB + 1) * TAB : indent + 1;
    return indent;
}

/* ---- what a line can begin ---- */

static bool is_rule(const char *line)
{
    const char *at = skip_blanks(line);
    size_t size = strspn(at, *at == '-' ? "-" : *at == '*' ? "*" : "_");

    return size >= 3 && blank_line(at + size);
}

/* Its level; 0: it is none. */
static size_t heading_level(const char *line)
{
    const char *at = skip_blanks(line);
    size_t level = strspn(at, "#");

    return level <= HEADINGS && at[level] == ' ' ? level : 0;
}

/* Where its text begins; NULL: it is none. "> 5" is a comparison, ">>> x" Python. */
static const char *quote_text(const char *line)
{
    const char *at = skip_blanks(line), *text = at + 1;

    if (*at != '>' || *text == '>')
        return NULL;
    text = skip_blanks(text);
    return *text == '=' || (*text >= '0' && *text <= '9') ? NULL : text;
}

/* Behind the bullet at at; NULL: there is none. */
static const char *bullet_end(const char *at)
{
    static const char *const bullets[] = {"-", "*", "•", "◦", "▪", "●"};

    for (size_t i = 0; i < sizeof bullets / sizeof *bullets; i++)
        if (strncmp(at, bullets[i], strlen(bullets[i])) == 0)
            return at + strlen(bullets[i]);
    return NULL;
}

/* Where the text of an item begins; NULL: the line is none. number: 0 of a bullet. */
static const char *item_text(const char *line, unsigned *number)
{
    const char *at = skip_blanks(line), *text;
    size_t digits = strspn(at, "0123456789");

    *number = digits > 0 && digits <= NUMBER_DIGITS ? (unsigned)strtoul(at, NULL, 10) : 0;
    if (*number > 0)
        text = at[digits] == '.' || at[digits] == ')' ? at + digits + 1 : NULL;
    else
        text = bullet_end(at);
    return text != NULL && (*text == ' ' || *text == '\t') && !blank_line(text) ? skip_blanks(text) : NULL;
}

/* How many signs the fence that begins here has; 0: none begins. */
static size_t fence_size(const char *line)
{
    const char *at = skip_blanks(line);
    size_t size = strspn(at, *at == '~' ? "~" : "`");

    if (size < FENCE_MIN || memchr(at + size, '`', (size_t)(line_end(at + size) - at) - size) != NULL)
        return 0;
    return size;
}

static bool begins_block(const char *line)
{
    unsigned number;

    return blank_line(line) || is_rule(line) || heading_level(line) > 0 || quote_text(line) != NULL ||
           item_text(line, &number) != NULL || fence_size(line) > 0;
}

static const char *leaf_end(const char *at)
{
    const char *end = line_end(at);

    while (*end != '\0' && !begins_block(end + 1))
        end = line_end(end + 1);
    return end;
}

void rich_leaf_begin(struct reader *reader, const char *at)
{
    reader->leaf_end = reader->leaf == LEAF_LINE ? line_end(at) : leaf_end(at);
    memset(reader->waiting, 0, sizeof reader->waiting);
}

/* ---- writing lines ---- */

static void empty_line(struct reader *reader)
{
    bytes_add_text(&reader->markdown, "\n");
}

/* Far enough to stand within the item that it belongs to; what is not, ends all lists. */
static void indent_add(struct reader *reader, unsigned indent)
{
    bytes_add_format(&reader->markdown, "%*s", (int)(WIDER * indent), "");
}

/* What the line before has left open ends here; so do lists, but for what is indented. */
static void close_all(struct reader *reader, unsigned indent)
{
    if (reader->columns > 0 || reader->open == OPEN_QUOTE)
        empty_line(reader);
    reader->open = OPEN_NOTHING;
    reader->list = reader->list && indent >= INSIDE;
    reader->columns = 0;
}

/* A leaf, or the next lines of one: from at to the end of its line, and of those that something in it reaches
 * into. */
static const char *leaf_add(struct reader *reader, enum leaf leaf, const char *at)
{
    struct bytes *to = &reader->markdown;

    reader->leaf = leaf;
    if (reader->leaf_end == NULL || at > reader->leaf_end || leaf == LEAF_LINE)
        rich_leaf_begin(reader, at);
    at = rich_protect(reader, at);
    while (to->size > 0 && (to->data[to->size - 1] == ' ' || to->data[to->size - 1] == '\t'))
        to->size--;
    empty_line(reader);
    return *at == '\n' ? at + 1 : at;
}

/* ---- blocks; each returns where it goes on, NULL: the line begins no such thing ---- */

/* A rule is nothing, but it parts, and ends all lists. */
static const char *blank_or_rule(struct reader *reader, const char *line)
{
    bool rule = is_rule(line);

    if (!rule && !blank_line(line))
        return NULL;
    close_all(reader, rule ? 0 : INSIDE);
    bytes_add_text(&reader->markdown, rule ? "\n---\n" : "\n");
    return next_line(line);
}

static const char *heading(struct reader *reader, const char *line)
{
    size_t level = heading_level(line);
    const char *at = skip_blanks(line);

    if (level == 0)
        return NULL;
    close_all(reader, 0);
    bytes_add(&reader->markdown, at, level + 1);
    return leaf_add(reader, LEAF_LINE, skip_blanks(at + level));
}

static const char *quote(struct reader *reader, const char *line)
{
    const char *text = quote_text(line);

    if (text == NULL)
        return NULL;
    if (reader->open != OPEN_QUOTE)
        close_all(reader, 0);
    reader->open = OPEN_QUOTE;
    bytes_add_text(&reader->markdown, "> " AS_LETTER);
    return leaf_add(reader, LEAF_LINES, text);
}

/* In the middle of a paragraph only 1 begins a list: "see page\n3. It" does not. */
static const char *item(struct reader *reader, const char *line)
{
    char begin[16] = "-";
    unsigned number;
    const char *text = item_text(line, &number);

    if (text == NULL || (number > 1 && reader->open == OPEN_PARAGRAPH))
        return NULL;
    close_all(reader, INSIDE);
    if (number > 1) /* else it would not begin a list in the text of the item above */
        empty_line(reader);
    if (number > 0)
        snprintf(begin, sizeof begin, "%u.", number);
    indent_add(reader, indent_of(line));
    bytes_add_format(&reader->markdown, "%-5s" AS_LETTER, begin);
    reader->open = OPEN_ITEM;
    reader->list = true;
    return leaf_add(reader, LEAF_LINES, text);
}

/* ---- code ---- */

/* The line that ends the fence; the end of the text if none does. */
static const char *fence_end(const char *line, char tick, size_t size)
{
    for (; *line != '\0'; line = next_line(line)) {
        const char *at = skip_blanks(line);
        size_t run = strspn(at, tick == '`' ? "`" : "~");

        if (run >= size && blank_line(at + run))
            break;
    }
    return line;
}

static void code_line(struct reader *reader, unsigned indent, const char *line, size_t size)
{
    indent_add(reader, indent);
    bytes_add(&reader->markdown, line, size);
    empty_line(reader);
}

/* Its lines lose as many blanks as it stands in. */
static const char *fence(struct reader *reader, const char *line)
{
    const char *at = skip_blanks(line), *end;
    size_t size = fence_size(line);
    unsigned indent = indent_of(line);

    if (size == 0)
        return NULL;
    close_all(reader, indent);
    end = fence_end(next_line(line), *at, size);
    code_line(reader, indent, at, size);
    for (const char *code = next_line(line); code < end; code = next_line(code)) {
        size_t blanks = strspn(code, " \t"), inside = (size_t)(at - line);

        code += blanks < inside ? blanks : inside;
        code_line(reader, indent, code, strcspn(code, "\n"));
    }
    code_line(reader, indent, at, size);
    return next_line(end);
}

/* ---- tables ---- */

/* |---|:-:|: how many; 0: this is no such line. */
static size_t dashes(const char *line)
{
    size_t count = 0, size = strcspn(line, "\n");
    bool dash = false, bar = false;

    for (size_t i = 0; i < size; i++) {
        if (strchr("-:| \t", line[i]) == NULL)
            return 0;
        bar = bar || line[i] == '|';
        count += line[i] == '-' && !dash;
        dash = line[i] == '-' || (dash && line[i] != '|');
    }
    return bar ? count : 0;
}

static bool has_bar(const char *line)
{
    return memchr(line, '|', (size_t)(line_end(line) - line)) != NULL;
}

static const char *row(struct reader *reader, const char *line)
{
    const char *at = skip_blanks(line);

    indent_add(reader, reader->indent);
    bytes_add_text(&reader->markdown, *at == '|' ? "|" : AS_LETTER);
    reader->cells_left = reader->columns;
    return leaf_add(reader, LEAF_LINE, at + (*at == '|'));
}

static const char *table(struct reader *reader, const char *line)
{
    size_t columns;

    if (reader->columns > 0 && has_bar(line))
        return row(reader, line);
    columns = has_bar(line) ? dashes(next_line(line)) : 0;
    if (columns == 0 || columns > COLUMNS_MAX)
        return NULL;
    reader->indent = indent_of(line);
    close_all(reader, reader->indent);
    empty_line(reader);
    reader->columns = COLUMNS_MAX + 1;
    line = row(reader, line);
    reader->columns = COLUMNS_MAX + 2 - reader->cells_left == columns ? columns : 0;
    if (reader->columns == 0) { /* no table after all */
        reader->open = OPEN_PARAGRAPH;
        return line;
    }
    indent_add(reader, reader->indent);
    while (columns-- > 0)
        bytes_add_text(&reader->markdown, "|---");
    bytes_add_text(&reader->markdown, "|\n");
    return next_line(line);
}

/* ---- text ---- */

static const char *text(struct reader *reader, const char *line)
{
    const char *at = skip_blanks(line);
    unsigned indent = indent_of(line);
    bool inside;

    if (reader->open != OPEN_ITEM && reader->open != OPEN_PARAGRAPH)
        close_all(reader, indent);
    indent_add(reader, indent);
    bytes_add_text(&reader->markdown, AS_LETTER);
    reader->open = reader->list ? OPEN_ITEM : OPEN_PARAGRAPH;
    inside = reader->list && *at != '\\' && *at != '$';
    return leaf_add(reader, inside ? LEAF_LINES : LEAF_PARAGRAPH, at);
}

void rich_guard(struct reader *reader)
{
    static const char *(*const begin[])(struct reader *, const char *) = {
        blank_or_rule, fence, heading, quote, item, table, text};
    const char *line = reader->text, *next;

    while (*line != '\0') {
        size_t i = 0;

        while ((next = begin[i](reader, line)) == NULL)
            i++;
        line = next;
    }
}

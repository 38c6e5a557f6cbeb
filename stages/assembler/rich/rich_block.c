/* rich_block - a text's lines become blocks, see rich_internal.h
 *
 * Line ends count: answers are plain text, and who wrote one meant it.  A block ends at a blank line, or
 * where a line begins another.
 */
#include "stages/assembler/rich/rich_internal.h"

#include <string.h>

enum { NUMBER_DIGITS = 3, FENCE_MIN = 3, HEADINGS = 6, TAB = 4, INSIDE = 2 };

const char *rich_line_end(const char *line)
{
    return line + strcspn(line, "\n");
}

static const char *next_line(const char *line)
{
    const char *end = rich_line_end(line);

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

/* ---- beginning and ending blocks ---- */

void rich_block_add(struct reader *reader, const struct block *block)
{
    bytes_add(&reader->blocks, block, sizeof *block);
}

/* A formula alone in its paragraph stands in the middle. */
static bool lone_formula(const struct block *block)
{
    return block->kind == BLOCK_PARAGRAPH && block->spans.count == 1 &&
           block->spans.item[0].kind == SPAN_FORMULA;
}

void rich_block_end(struct reader *reader)
{
    struct block *block = &reader->block;

    if (!reader->open)
        return;
    reader->open = false;
    block->spans = rich_spans(reader, bytes_text(&reader->text));
    if (lone_formula(block))
        block->kind = BLOCK_FORMULA;
    if (rich_seen(&block->spans))
        rich_block_add(reader, block);
}

static void block_begin(struct reader *reader, struct block block)
{
    rich_block_end(reader);
    if (block.kind != BLOCK_ITEM)
        reader->depth = 0;
    reader->open = true;
    reader->block = block;
    reader->text.size = 0;
}

/* Text of the block that is open, or of a paragraph that begins with it. */
static void text_add(struct reader *reader, const char *text, size_t size)
{
    while (size > 0 && (text[size - 1] == ' ' || text[size - 1] == '\t'))
        size--;
    if (size == 0)
        return;
    if (!reader->open)
        block_begin(reader, (struct block){.kind = BLOCK_PARAGRAPH});
    if (reader->text.size > 0)
        bytes_add(&reader->text, "\n", 1);
    bytes_add(&reader->text, text, size);
}

/* ---- what a line can begin; each returns where it goes on, NULL: it begins no such thing ---- */

static const char *rule(const char *line)
{
    const char *at = skip_blanks(line);
    size_t size = strspn(at, *at == '-' ? "-" : *at == '*' ? "*" : "_");

    return size >= 3 && blank_line(at + size) ? next_line(at) : NULL;
}

static const char *heading(struct reader *reader, const char *line)
{
    const char *at = skip_blanks(line), *text = at + strspn(at, "#"), *end;
    size_t level = (size_t)(text - at);

    if (level == 0 || level > HEADINGS || *text != ' ')
        return NULL;
    block_begin(reader, (struct block){.kind = BLOCK_HEADING, .level = (unsigned)level - 1});
    text = skip_blanks(text);
    end = rich_line_end(text);
    while (end > text && (end[-1] == '#' || end[-1] == ' '))
        end--;
    text_add(reader, text, (size_t)(end - text));
    rich_block_end(reader);
    return next_line(at);
}

/* "> 5" is a comparison, ">>> x" Python. */
static const char *quote(struct reader *reader, const char *line)
{
    const char *at = skip_blanks(line), *text = at + 1;

    if (*at != '>' || *text == '>')
        return NULL;
    text = skip_blanks(text);
    if (*text == '=' || (*text >= '0' && *text <= '9'))
        return NULL;
    if (!reader->open || reader->block.kind != BLOCK_QUOTE)
        block_begin(reader, (struct block){.kind = BLOCK_QUOTE});
    text_add(reader, text, (size_t)(rich_line_end(text) - text));
    return next_line(at);
}

/* Behind the bullet at at; NULL: there is none. */
static const char *bullet(const char *at)
{
    static const char *const bullets[] = {"-", "*", "•", "◦", "▪", "●"};

    for (size_t i = 0; i < sizeof bullets / sizeof *bullets; i++)
        if (strncmp(at, bullets[i], strlen(bullets[i])) == 0)
            return at + strlen(bullets[i]);
    return NULL;
}

/* Where the text of an item begins; NULL: the line is none. */
static const char *item_text(const char *at, unsigned *number)
{
    size_t digits = strspn(at, "0123456789");
    const char *text;

    *number = 0;
    if (digits > NUMBER_DIGITS)
        return NULL;
    for (size_t i = 0; i < digits; i++)
        *number = 10 * *number + (unsigned)(at[i] - '0');
    if (digits > 0)
        text = *number > 0 && (at[digits] == '.' || at[digits] == ')') ? at + digits + 1 : NULL;
    else
        text = bullet(at);
    return text != NULL && (*text == ' ' || *text == '\t') && !blank_line(text) ? skip_blanks(text) : NULL;
}

static unsigned indent_of(const char *line, const char *at)
{
    unsigned indent = 0;

    for (; line < at; line++)
        indent = *line == '\t' ? (indent / TAB + 1) * TAB : indent + 1;
    return indent;
}

/* A display formula that begins in this line, outside of code; NULL: there is none.  Formulas within the line
 * may go on in the next ones, and the line with them: end is where it ends. whole: displays are within it
 * too. */
static const char *find_display(struct reader *reader, const char *line, bool whole, struct found *found,
                                const char **end)
{
    bool code = false;

    for (*end = line; **end != '\n' && **end != '\0'; ++*end) {
        const char *at = *end;
        bool display;

        code ^= *at == '`';
        if (code || (*at != '\\' && *at != '$'))
            continue;
        display = rich_find_display(&reader->ends, at, found);
        if (display && !whole)
            return at;
        if (display || rich_find_inline(&reader->ends, line, at, found))
            *end = found->end - 1;
        else if (at[0] == '\\' && at[1] != '\n' && at[1] != '\0')
            ++*end;
    }
    return NULL;
}

/* How deep an item with this indent stands among those before it. */
static unsigned level_of(struct reader *reader, unsigned indent)
{
    while (reader->depth > 0 && reader->indents[reader->depth - 1] > indent)
        reader->depth--;
    if (reader->depth == 0 || indent >= reader->indents[reader->depth - 1] + INSIDE) {
        if (reader->depth == LEVELS)
            return LEVELS - 1;
        reader->indents[reader->depth++] = indent;
    }
    return reader->depth - 1;
}

/* In the middle of a paragraph only 1 begins a list: "see page\n3. It" does not. */
static const char *item(struct reader *reader, const char *line)
{
    const char *at = skip_blanks(line), *text, *end;
    struct found found;
    unsigned number;

    text = item_text(at, &number);
    if (text == NULL || (number > 1 && reader->open && reader->block.kind == BLOCK_PARAGRAPH))
        return NULL;
    block_begin(
        reader,
        (struct block){.kind = BLOCK_ITEM, .level = level_of(reader, indent_of(line, at)), .number = number});
    find_display(reader, text, true, &found, &end);
    text_add(reader, text, (size_t)(end - text));
    return next_line(end);
}

/* The line that ends the fence; the end of the text if none does. */
static const char *fence_end(const char *line, char tick, size_t size)
{
    for (; *line != '\0'; line = next_line(line)) {
        const char *at = skip_blanks(line);

        if (*at == tick && strspn(at, tick == '`' ? "`" : "~") >= size &&
            blank_line(at + strspn(at, tick == '`' ? "`" : "~")))
            break;
    }
    return line;
}

/* The lines' common indent, the fence's own, goes. */
static void code_add(struct reader *reader, const char *from, const char *end, size_t indent)
{
    struct bytes code = {0};
    struct block block = {.kind = BLOCK_CODE};

    for (const char *line = from; line < end; line = next_line(line)) {
        size_t blanks = strspn(line, " \t");

        line += blanks < indent ? blanks : indent;
        bytes_add(&code, line, (size_t)(next_line(line) - line));
    }
    while (code.size > 0 && (code.data[code.size - 1] == '\n' || code.data[code.size - 1] == ' '))
        code.size--;
    block.spans = rich_code(reader, bytes_text(&code), code.size);
    if (block.spans.count > 0)
        rich_block_add(reader, &block);
    bytes_drop(&code);
}

static const char *fence(struct reader *reader, const char *line)
{
    const char *at = skip_blanks(line), *end;
    size_t size = strspn(at, *at == '~' ? "~" : "`");

    if (size < FENCE_MIN || memchr(at + size, '`', (size_t)(rich_line_end(at + size) - at) - size) != NULL)
        return NULL;
    rich_block_end(reader);
    end = fence_end(next_line(at), *at, size);
    code_add(reader, next_line(at), end, (size_t)(at - line));
    return next_line(end);
}

static const char *table(struct reader *reader, const char *line)
{
    return reader->open && reader->block.kind != BLOCK_PARAGRAPH ? NULL : rich_table(reader, line);
}

/* ---- formulas in lines of their own ---- */

/* The sentence goes on behind it with a sign that belongs to it. Returns what is behind that. */
static const char *formula_add(struct reader *reader, const struct found *found)
{
    bool sign = *found->end != '\0' && strchr(".,;:", *found->end) != NULL && found->end[1] != found->end[0];
    struct span *span = pool_get(reader->pool, 1, sizeof *span);
    struct bytes tex = {0};

    bytes_add(&tex, found->inner, found->inner_size);
    bytes_add(&tex, found->end, sign ? 1 : 0);
    rich_block_end(reader);
    if (rich_formula(reader, bytes_text(&tex), tex.size, span))
        rich_block_add(reader, &(struct block){.kind = span->kind == SPAN_CODE ? BLOCK_CODE : BLOCK_FORMULA,
                                               .spans = {span, 1}});
    bytes_drop(&tex);
    return found->end + sign;
}

/* A line of text, and those that a formula reaches into; items keep their formulas within. */
static const char *text_line(struct reader *reader, const char *line)
{
    const char *text = skip_blanks(line), *display, *end;
    bool whole = reader->open && reader->block.kind != BLOCK_PARAGRAPH && *text != '\\' && *text != '$';
    struct found found;

    while ((display = find_display(reader, text, whole, &found, &end)) != NULL) {
        text_add(reader, text, (size_t)(display - text));
        text = formula_add(reader, &found);
        if (blank_line(text))
            return next_line(text);
        text = skip_blanks(text);
    }
    text_add(reader, text, (size_t)(end - text));
    return next_line(end);
}

/* ---- all lines ---- */

static const char *blank(struct reader *reader, const char *line)
{
    const char *next = next_line(line);

    /* what is indented belongs to the item above it */
    if (!reader->open || reader->block.kind != BLOCK_ITEM || strspn(next, " ") < INSIDE)
        rich_block_end(reader);
    return next;
}

static const char *line_add(struct reader *reader, const char *line)
{
    static const char *(*const begin[])(struct reader *, const char *) = {fence, heading, quote, item, table};
    const char *next;

    if (blank_line(line))
        return blank(reader, line);
    if ((next = rule(line)) != NULL) {
        rich_block_end(reader);
        return next;
    }
    for (size_t i = 0; i < sizeof begin / sizeof *begin; i++)
        if ((next = begin[i](reader, line)) != NULL)
            return next;
    if (reader->open && reader->block.kind == BLOCK_QUOTE)
        rich_block_end(reader);
    return text_line(reader, line);
}

void rich_blocks(struct reader *reader, const char *text)
{
    while (*text != '\0')
        text = line_add(reader, text);
    rich_block_end(reader);
}

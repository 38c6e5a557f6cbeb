/* rich_protect - what stands in a line and is not Markdown, or only looks like it, see rich_internal.h
 *
 * md4c pairs stars and underscores; which of them can open and which can close is decided here: CommonMark
 * would slant the 3 in 2*3*4, and not embolden **重点：**内容.
 */
#include "stages/assembler/rich/rich_internal.h"

#include <stdio.h>
#include <string.h>

enum { NAME_ROOM = 32 };

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool word_char(char c)
{
    return letter(c) || (c >= '0' && c <= '9');
}

static bool is_blank(char c)
{
    return c == '\0' || c == ' ' || c == '\n' || c == '\t';
}

static bool has(const char *text, size_t size, const char *what)
{
    return memmem(text, size, what, strlen(what)) != NULL;
}

/* ---- writing ---- */

/* As it is. */
static void copy_until(struct reader *reader, const char *at)
{
    bytes_add(&reader->markdown, reader->from, (size_t)(at - reader->from));
    reader->from = at;
}

/* Text and code, in which no star or underscore means anything. */
static void markdown_until(struct reader *reader, const char *at)
{
    size_t begin = reader->markdown.size;

    copy_until(reader, at);
    for (char *c = reader->markdown.data + begin, *end = reader->markdown.data + reader->markdown.size;
         c < end; c++)
        if (*c == '*' || *c == '_')
            *c = *c == '*' ? LITERAL_STAR : LITERAL_UNDERSCORE;
}

/* The piece stands for what is between at and end. */
static const char *piece_add(struct reader *reader, const char *at, struct piece piece, const char *end)
{
    size_t number = reader->pieces.size / sizeof piece;

    markdown_until(reader, at);
    if (piece.source == NULL) {
        piece.source = at;
        piece.size = (size_t)(end - at);
    }
    piece.gap = reader->gap;
    bytes_add(&reader->pieces, &piece, sizeof piece);
    bytes_add_format(&reader->markdown, PIECE_OPEN "%zu" PIECE_CLOSE, number);
    return reader->from = end;
}

static const char *literal_add(struct reader *reader, const char *at, const char *end)
{
    return piece_add(reader, at, (struct piece){.kind = PIECE_LITERAL}, end);
}

static const char *gap_add(struct reader *reader, const char *at)
{
    const char *end = rich_mark(reader->pool, at, &reader->gap);

    return piece_add(reader, at, (struct piece){.kind = PIECE_GAP}, end);
}

/* ---- code ---- */

void rich_protect_code(struct reader *reader, const char *code, size_t size)
{
    const char *end = code + size, *at = code;

    reader->from = code;
    while (at < end)
        if ((unsigned char)*at <= MARK_HINT)
            at = gap_add(reader, at);
        else if (*at == '|' && reader->columns > 0)
            at = literal_add(reader, at, at + 1);
        else if (*at == '\n') { /* a blank, in code within a line */
            markdown_until(reader, at);
            bytes_add_text(&reader->markdown, " ");
            reader->from = ++at;
        } else
            at++;
    markdown_until(reader, end);
}

static const char *backtick(struct reader *reader, const char *at)
{
    struct found found;

    if (!rich_find_code(&reader->ends, at, &found) || found.end > reader->leaf_end)
        return literal_add(reader, at, at + strspn(at, "`"));
    markdown_until(reader, found.inner);
    rich_protect_code(reader, found.inner, found.inner_size);
    return found.end;
}

/* ---- formulas ---- */

/* A formula in dollars may go on in the next line of its paragraph, unless a formula on lines of its own
 * begins there. */
static bool stays_in_leaf(const struct reader *reader, const struct found *found)
{
    const char *lf = memchr(found->inner, '\n', found->inner_size);

    if (lf == NULL)
        return true;
    for (const char *c = lf; c != NULL && c < found->end; c = memchr(c, '\n', (size_t)(found->end - c))) {
        c += 1 + strspn(c + 1, " \t");
        if (*c == '\\' || *c == '$')
            return false;
    }
    return found->end <= reader->leaf_end;
}

static bool find_formula(struct reader *reader, const char *at, struct found *found)
{
    bool paren = at[0] == '\\' && at[1] == '(', dollar = at[0] == '$' && at[1] != '$';

    if (paren ? !rich_find_inline(&reader->ends, reader->text, at, found)
              : !rich_find_formula(&reader->ends, reader->text, at, found))
        return false;
    if (reader->one_line)
        return found->end <= reader->leaf_end;
    return !dollar || stays_in_leaf(reader, found);
}

/* Between empty lines and outside of all lists; a sign that belongs to the sentence before goes with it. */
static const char *display_add(struct reader *reader, const char *at, const struct found *found)
{
    bool sign = *found->end != '\0' && strchr(".,;:", *found->end) != NULL && found->end[1] != found->end[0];
    struct piece piece = {.kind = PIECE_DISPLAY};
    const char *end = found->end + sign;
    struct bytes tex = {0};

    bytes_add(&tex, found->inner, found->inner_size);
    bytes_add(&tex, found->end, sign ? 1 : 0);
    markdown_until(reader, at);
    reader->from = end;
    memset(reader->waiting, 0, sizeof reader->waiting);
    reader->depth = 0;
    reader->item = false;
    reader->paragraph = true;
    if (rich_formula(reader, bytes_text(&tex), tex.size, &piece.span)) {
        bytes_add_text(&reader->markdown, "\n\n");
        reader->from = at;
        piece_add(reader, at, piece, end);
    }
    bytes_drop(&tex);
    bytes_add_text(&reader->markdown, "\n\n" AS_LETTER);
    end += strspn(end, " \t");
    reader->from = end;
    return end;
}

static const char *formula_add(struct reader *reader, const char *at, const struct found *found)
{
    struct piece piece = {.kind = PIECE_SPAN};
    bool display = !(at[0] == '\\' && at[1] == '(') && !(at[0] == '$' && at[1] != '$');
    const char *end = found->end;

    if (display && !reader->display_inline)
        end = display_add(reader, at, found);
    else if (rich_formula(reader, found->inner, found->inner_size, &piece.span))
        piece_add(reader, at, piece, end);
    else {
        markdown_until(reader, at);
        reader->from = end;
    }
    if (end > reader->leaf_end)
        rich_leaf_begin(reader, end);
    return end;
}

/* A command outside of all delimiters: with what it hangs together it is a formula, if it can be read as one
 * (but no path of Windows, and no \n). Else it is shown as what it is. */
static const char *command_add(struct reader *reader, const char *at)
{
    struct piece piece = {.kind = PIECE_SPAN};
    const char *begin = at, *end, *bar;
    size_t size;

    while (begin > reader->from && begin[-1] > ' ' && begin[-1] < 0x7f &&
           !(begin[-1] == '|' && reader->columns > 0) &&
           (begin[-1] != '(' || (begin - 1 > reader->from && word_char(begin[-2]))))
        begin--;
    end = rich_find_command(begin, at);
    bar = reader->columns > 0 ? memchr(at, '|', (size_t)(end - at)) : NULL;
    end = bar != NULL ? bar : end;
    size = (size_t)(end - begin);
    if (!(end > at + 2 && letter(at[1]) && letter(at[2]) && !has(begin, size, ":\\") &&
          !has(begin, size, "\\\\") && rich_formula(reader, begin, size, &piece.span) && !piece.span.doubt)) {
        char *code = pool_get(reader->pool, size + 1, 1);

        memcpy(code, begin, size);
        piece.span = (struct span){.kind = SPAN_CODE, .text = code};
    }
    return piece_add(reader, begin, piece, end);
}

static const char *backslash(struct reader *reader, const char *at)
{
    struct found found;

    if (find_formula(reader, at, &found))
        return formula_add(reader, at, &found);
    if (at[1] == '\n') { /* ends the line, as that alone does */
        markdown_until(reader, at);
        return reader->from = at + 1;
    }
    if (at[1] != '\0' && strchr("*_`#$|<>~[](){}&%", at[1]) != NULL) {
        markdown_until(reader, at); /* the sign behind it is only a sign */
        return literal_add(reader, reader->from = at + 1, at + 2);
    }
    return command_add(reader, at);
}

static const char *dollar(struct reader *reader, const char *at)
{
    struct found found;

    if (find_formula(reader, at, &found))
        return formula_add(reader, at, &found);
    return at + strspn(at, "$");
}

/* ---- addresses ---- */

/* An address in an answer is a stranger's: it stays as written and leads nowhere, and "[1]: x" defines
 * nothing that would vanish. */
static const char *bracket_close(struct reader *reader, const char *at)
{
    return at[1] == '(' || at[1] == ':' ? literal_add(reader, at + 1, at + 2) : at + 1;
}

static const char *angle(struct reader *reader, const char *at)
{
    static const char *const breaks[] = {"<br>", "<br/>", "<br />"};

    for (size_t i = 0; i < sizeof breaks / sizeof *breaks; i++)
        if (strncmp(at, breaks[i], strlen(breaks[i])) == 0)
            return piece_add(reader, at, (struct piece){.kind = PIECE_BREAK}, at + strlen(breaks[i]));
    return literal_add(reader, at, at + 1);
}

/* ---- emphasis ---- */

/* The byte before at that has a width, '\0' if there is none. */
static char before(const struct reader *reader, const char *at)
{
    while (at > reader->text && (unsigned char)at[-1] <= MARK_HINT)
        if (*--at == MARK_HINT)
            while (at > reader->text && *at != MARK_OPEN)
                at--;
    return at > reader->text ? at[-1] : '\0';
}

static char after(const char *at)
{
    while (*at != '\0' && (unsigned char)*at <= MARK_HINT)
        at += *at == MARK_OPEN ? strcspn(at, "\003") : 1;
    return *at;
}

/* Behind a name that has two underscores on both sides, of Python's data model, C's compilers or CUDA; NULL:
 * what stands there is another word. */
static const char *dunder_end(const char *at)
{
    static const char names[] = " init new del repr str bytes format lt le eq ne gt ge hash bool getattr "
                                "getattribute setattr delattr dir get set "
                                "delete set_name slots init_subclass class_getitem call len length_hint "
                                "getitem setitem delitem missing iter "
                                "reversed next contains add sub mul matmul truediv floordiv mod divmod pow "
                                "lshift rshift and xor or neg pos abs "
                                "invert complex int float index round trunc floor ceil enter exit await "
                                "aiter anext aenter aexit name main file "
                                "doc dict class module all version author path package annotations bases mro "
                                "qualname subclasses import builtins "
                                "debug future post_init attribute FILE LINE DATE TIME func FUNCTION STDC "
                                "VA_ARGS VA_OPT asm inline restrict "
                                "volatile cplusplus COUNTER GNUC global shared device host constant ";
    char name[NAME_ROOM];
    size_t size = 0;

    while (size < sizeof name - 2 && (letter(at[2 + size]) || at[2 + size] == '_'))
        size++;
    if (size < 4 || at[size] != '_' || at[size + 1] != '_')
        return NULL;
    snprintf(name, sizeof name, " %.*s ", (int)size - 2, at + 2);
    return strstr(names, name) != NULL ? at + 2 + size : NULL;
}

/* It opens before a word and closes behind one. 2*3*4, f(**args) and snake_case have none that do. */
static void flanks(const struct reader *reader, const char *at, size_t size, bool *opens, bool *closes)
{
    char left = before(reader, at), right = after(at + size);
    bool underscore = *at == '_';

    *opens = !is_blank(right) && !word_char(left) && left != ')' && left != ']' && left != '/' &&
             !(underscore && (left & 0x80));
    *closes = !is_blank(left) &&
              !(size >= 2 && !underscore ? right >= '0' && right <= '9' : word_char(right)) &&
              !(underscore && (right & 0x80));
}

/* Has what closes here been opened? Three stars open and close one and two at once. */
static bool is_awaited(const size_t waiting[], size_t size)
{
    return waiting[size] + waiting[3] > 0 || (size == 3 && waiting[1] > 0 && waiting[2] > 0);
}

/* A run of stars or underscores.  What may close, may open as well to md4c: then one star never closes two,
 * as their numbers would add up to three (CommonMark 0.30, 6.2, rule 9). */
static const char *emphasis(struct reader *reader, const char *at)
{
    bool underscore = *at == '_', opens, closes;
    size_t size = strspn(at, underscore ? "_" : "*"), *waiting = reader->waiting[underscore];
    const char *name = size == 2 && underscore ? dunder_end(at) : NULL;

    if (name != NULL || size > (underscore ? 2 : 3))
        return name != NULL ? name : at + size;
    flanks(reader, at, size, &opens, &closes);
    closes = closes && is_awaited(waiting, size);
    opens = opens && !closes;
    if (!opens && !closes)
        return at + size;
    if (opens)
        waiting[size]++;
    else if (waiting[size] > 0)
        waiting[size]--;
    markdown_until(reader, at);
    bytes_add_text(&reader->markdown, closes ? AS_LETTER : AS_BLANK);
    copy_until(reader, at + size);
    bytes_add_text(&reader->markdown, opens || !underscore ? AS_LETTER : AS_BLANK);
    return at + size;
}

/* One is about, or a distribution; three are what a fence begins with. */
static const char *tilde(struct reader *reader, const char *at)
{
    size_t size = strspn(at, "~");

    bool opens = !is_blank(after(at + size)), closes = !is_blank(before(reader, at));

    if (size == 2 && (opens || closes)) {
        markdown_until(reader, at);
        bytes_add_text(&reader->markdown, closes ? AS_LETTER : AS_BLANK);
        markdown_until(reader, at + size);
        bytes_add_text(&reader->markdown, opens ? AS_LETTER : AS_BLANK);
        return at + size;
    }
    return literal_add(reader, at, at + size);
}

/* ---- tables ---- */

/* A cell too many is no loss: its bar is part of the last one. */
static const char *bar(struct reader *reader, const char *at)
{
    if (reader->columns == 0)
        return at + 1;
    if (reader->cells_left > 1) {
        reader->cells_left--;
        return at + 1;
    }
    return at[1 + strspn(at + 1, " \t")] == *reader->leaf_end ? at + 1 : literal_add(reader, at, at + 1);
}

/* ---- all ---- */

const char *rich_protect(struct reader *reader, const char *at)
{
    static const struct {
        char sign;
        const char *(*handle)(struct reader *, const char *);
    } rows[] = {{'\\', backslash},    {'$', dollar},        {'`', backtick},       {'<', angle},
                {'*', emphasis},      {'_', emphasis},      {'~', tilde},          {'|', bar},
                {']', bracket_close}, {MARK_OPEN, gap_add}, {MARK_CLOSE, gap_add}, {MARK_HINT, gap_add}};

    reader->from = at;
    while (*(at += strcspn(at, "\\$`<*_~|]\n\001\002\003")) != '\0' && *at != '\n') {
        size_t i = 0;

        while (rows[i].sign != *at)
            i++;
        at = rows[i].handle(reader, at);
    }
    markdown_until(reader, at);
    return at;
}

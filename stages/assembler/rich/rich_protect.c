/* rich_protect - what stands in a line and is not Markdown, or only looks like it, see rich_internal.h
 *
 * md4c pairs stars and underscores; which of them can open and which can close is decided here: CommonMark
 * would slant the 3 in 2*3*4, and not embolden **重点：**内容.
 */
#include "stages/assembler/rich/rich_internal.h"

#include <stdio.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/assembler/lib/text.h"

enum { NAME_ROOM = 32 };

static bool letter(char c)
{
    return text_word_char(c) && c > '9';
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
static const char *copy_until(struct reader *reader, const char *at)
{
    bytes_add(&reader->markdown, reader->from, (size_t)(at - reader->from));
    return reader->from = at;
}

/* Text, in which no star or underscore means anything. */
static void text_until(struct reader *reader, const char *at)
{
    for (; reader->from < at; reader->from++) {
        bytes_add(&reader->markdown, "\\", *reader->from == '*' || *reader->from == '_');
        bytes_add(&reader->markdown, reader->from, 1);
    }
}

/* The signs between at and end mean nothing. */
static const char *escape(struct reader *reader, const char *at, const char *end)
{
    text_until(reader, at);
    for (; at < end; at++)
        bytes_add_format(&reader->markdown, "\\%c", *at);
    return reader->from = end;
}

/* The piece stands for what is between at and end. */
static const char *piece_add(struct reader *reader, const char *at, struct piece piece, const char *end)
{
    text_until(reader, at);
    piece.source = at;
    piece.size = (size_t)(end - at);
    bytes_add_format(&reader->markdown, PIECE_OPEN "%zu" PIECE_CLOSE, reader->pieces.size / sizeof piece);
    bytes_add(&reader->pieces, &piece, sizeof piece);
    return reader->from = end;
}

/* ---- code ---- */

static const char *backtick(struct reader *reader, const char *at)
{
    struct found found;

    if (!rich_find_code(&reader->ends, at, &found) || found.end > reader->leaf_end)
        return escape(reader, at, at + strspn(at, "`"));
    text_until(reader, at);
    for (const char *c = at; c < found.end; c++)
        bytes_add(&reader->markdown, *c == '\n' ? " " : c, 1);
    return reader->from = found.end;
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

static bool is_whole(const struct reader *reader, const char *at, const struct found *found, bool display)
{
    if (reader->leaf == LEAF_LINE)
        return found->end <= reader->leaf_end;
    return *at != '$' || display || stays_in_leaf(reader, found);
}

/* A formula in which there is nothing to see leaves only the marks of gaps. */
static const char *marks_add(struct reader *reader, const char *at, const char *end)
{
    struct gap gap;

    text_until(reader, at);
    while (at < end) {
        const char *next = (unsigned char)*at <= GAP_CLOSE ? rich_mark(reader, at, &gap) : at + 1;

        bytes_add(&reader->markdown, at, (unsigned char)*at <= GAP_CLOSE ? (size_t)(next - at) : 0);
        at = next;
    }
    return reader->from = end;
}

/* Between empty lines and outside of all lists; a sign that belongs to the sentence before goes with it. */
static const char *display_add(struct reader *reader, const char *at, const struct found *found)
{
    bool sign = *found->end != '\0' && strchr(".,;:", *found->end) != NULL && found->end[1] != found->end[0];
    struct piece piece = {.kind = PIECE_DISPLAY};
    const char *end = found->end + sign;
    struct bytes tex = {0};

    bytes_add(&tex, found->inner, found->inner_size);
    bytes_add(&tex, found->end, sign);
    memset(reader->waiting, 0, sizeof reader->waiting);
    reader->list = false;
    reader->open = OPEN_PARAGRAPH;
    text_until(reader, at);
    if (rich_formula(reader, bytes_text(&tex), tex.size, &piece.span)) {
        bytes_add_text(&reader->markdown, "\n\n");
        piece_add(reader, at, piece, end);
    } else
        marks_add(reader, at, end);
    bytes_drop(&tex);
    bytes_add_text(&reader->markdown, "\n\n" AS_LETTER);
    return reader->from = end + strspn(end, " \t");
}

/* Returns what is behind the formula that begins at at; NULL: none does. */
static const char *formula(struct reader *reader, const char *at)
{
    struct piece piece = {.kind = PIECE_SPAN};
    struct found found;
    const char *end;
    bool display;

    if (!rich_find_formula(&reader->ends, reader->text, at, &found, &display) ||
        !is_whole(reader, at, &found, display))
        return NULL;
    must(found.end != NULL);
    if (display && reader->leaf == LEAF_PARAGRAPH)
        end = display_add(reader, at, &found);
    else if (rich_formula(reader, found.inner, found.inner_size, &piece.span))
        end = piece_add(reader, at, piece, found.end);
    else
        end = marks_add(reader, at, found.end);
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
           (begin[-1] != '(' || (begin - 1 > reader->from && text_word_char(begin[-2]))))
        begin--;
    end = rich_find_command(begin, at);
    bar = reader->columns > 0 ? memchr(at, '|', (size_t)(end - at)) : NULL;
    end = bar != NULL ? bar : end;
    size = (size_t)(end - begin);
    if (!(end > at + 2 && letter(at[1]) && letter(at[2]) && !has(begin, size, ":\\") &&
          !has(begin, size, "\\\\") && rich_formula(reader, begin, size, &piece.span) && !piece.span.doubt))
        piece.span = (struct span){.kind = SPAN_CODE, .text = pool_copy(reader->pool, begin, size)};
    return piece_add(reader, begin, piece, end);
}

static const char *backslash(struct reader *reader, const char *at)
{
    const char *end = formula(reader, at);

    if (end != NULL)
        return end;
    if (at[1] != '\n' && (at[1] == '\0' || strchr("*_`#$|<>~[](){}&%", at[1]) == NULL))
        return command_add(reader, at);
    text_until(reader, at);
    if (at[1] == '\n') /* ends the line, as that alone does */
        return reader->from = at + 1;
    return copy_until(reader, at + 2);
}

static const char *dollar(struct reader *reader, const char *at)
{
    const char *end = formula(reader, at);

    return end != NULL ? end : at + strspn(at, "$");
}

/* ---- addresses ---- */

/* An address in an answer is a stranger's: it stays as written and leads nowhere, and "[1]: x" defines
 * nothing that would vanish. */
static const char *bracket_close(struct reader *reader, const char *at)
{
    return at[1] == '(' || at[1] == ':' ? escape(reader, at + 1, at + 2) : at + 1;
}

static const char *angle(struct reader *reader, const char *at)
{
    size_t size = strncmp(at, "<br", 3) == 0 ? 3 + strspn(at + 3, " /") : 0;

    if (size > 0 && at[size] == '>')
        return piece_add(reader, at, (struct piece){.kind = PIECE_BREAK}, at + size + 1);
    return escape(reader, at, at + 1);
}

/* ---- emphasis ---- */

/* The byte before at that has a width, '\0' if there is none. */
static char before(const struct reader *reader, const char *at)
{
    while (at > reader->text && (unsigned char)at[-1] <= GAP_CLOSE)
        if (*--at == GAP_STOP)
            while (*at != GAP_OPEN)
                at--;
    return at > reader->text ? at[-1] : '\0';
}

static char after(const char *at)
{
    while (*at != '\0' && (unsigned char)*at <= GAP_CLOSE)
        at += *at == GAP_OPEN ? strcspn(at, (const char[]){GAP_STOP, '\0'}) + 1 : 1;
    return *at;
}

/* Behind a name that has two underscores on both sides, of Python's data model, C's compilers or CUDA; NULL:
 * what stands there is another word. */
static const char *dunder_end(const char *at)
{
    static const char names[] =
        " init new del repr str bytes format lt le eq ne gt ge hash bool getattr getattribute setattr "
        "delattr "
        "dir get set delete set_name slots init_subclass class_getitem call len length_hint getitem setitem "
        "delitem missing iter reversed next contains add sub mul matmul truediv floordiv mod divmod pow "
        "lshift rshift and xor or neg pos abs invert complex int float index round trunc floor ceil enter "
        "exit await aiter anext aenter aexit name main file doc dict class module all version author path "
        "package annotations bases mro qualname subclasses import builtins debug future post_init attribute "
        "FILE LINE DATE TIME func FUNCTION STDC VA_ARGS VA_OPT asm inline restrict volatile cplusplus "
        "COUNTER "
        "GNUC global shared device host constant ";
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

    *opens = !is_blank(right) && !text_word_char(left) && left != ')' && left != ']' && left != '/' &&
             !(underscore && (left & 0x80));
    *closes = !is_blank(left) &&
              !(size >= 2 && !underscore ? right >= '0' && right <= '9' : text_word_char(right)) &&
              !(underscore && (right & 0x80));
}

/* Has what closes here been opened? Three stars open and close one and two at once. */
static bool is_awaited(const size_t waiting[], size_t size)
{
    return waiting[size] + waiting[3] > 0 || (size == 3 && waiting[1] > 0 && waiting[2] > 0);
}

/* Signs that md4c is to pair: it takes what stands on both sides for a letter or a blank. */
static const char *marker_add(struct reader *reader, const char *at, size_t size, bool left, bool right)
{
    text_until(reader, at);
    bytes_add_text(&reader->markdown, left ? AS_LETTER : AS_BLANK);
    copy_until(reader, at + size);
    bytes_add_text(&reader->markdown, right ? AS_LETTER : AS_BLANK);
    return at + size;
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
    return marker_add(reader, at, size, closes, opens || !underscore);
}

/* One is about, or a distribution; three are what a fence begins with. */
static const char *tilde(struct reader *reader, const char *at)
{
    size_t size = strspn(at, "~");
    bool opens = !is_blank(after(at + size)), closes = !is_blank(before(reader, at));

    if (size != 2 || (!opens && !closes))
        return escape(reader, at, at + size);
    return marker_add(reader, at, size, closes, opens);
}

/* ---- tables ---- */

/* A cell too many is no loss: its bar is part of the last one. */
static const char *bar(struct reader *reader, const char *at)
{
    bool last = at[1 + strspn(at + 1, " \t")] == *reader->leaf_end;

    if (reader->columns > 0 && !last && reader->cells_left <= 1)
        return escape(reader, at, at + 1);
    reader->cells_left -= reader->columns > 0 && !last;
    return at + 1;
}

/* ---- all ---- */

const char *rich_protect(struct reader *reader, const char *at)
{
    static const struct {
        char sign;
        const char *(*handle)(struct reader *, const char *);
    } rows[] = {{'\\', backslash}, {'$', dollar}, {'`', backtick}, {'<', angle},        {'*', emphasis},
                {'_', emphasis},   {'~', tilde},  {'|', bar},      {']', bracket_close}};

    reader->from = at;
    while (*(at += strcspn(at, "\\$`<*_~|]\n")) != '\0' && *at != '\n') {
        size_t i = 0;

        while (rows[i].sign != *at)
            i++;
        at = rows[i].handle(reader, at);
    }
    text_until(reader, at);
    return at;
}

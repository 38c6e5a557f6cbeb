/* text_rows - see text_rows.h */
#include "stages/lib/text/text_rows.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/lib/text/char_class.h"

enum { CELL = 12 };

/* ---- text ---- */

static bool all(const char *text, bool (*test)(uint32_t c))
{
    size_t size = strlen(text), at = 0, step;
    uint32_t c;

    for (; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step)
        if (!test(c))
            return false;
    return size > 0;
}

static bool page_number_glyph(uint32_t c)
{
    return char_is_digit(c) || c == ' ' || c == '/' || c == '-' || c == '.' || c == 0x2013 || c == 0xa9;
}

static char *joined(const char *a, const char *between, const char *b)
{
    size_t size_a = strlen(a), size_m = strlen(between), size_b = strlen(b);
    char *text = need(size_a + size_m + size_b + 1);

    memcpy(text, a, size_a);
    memcpy(text + size_a, between, size_m);
    memcpy(text + size_a + size_m, b, size_b + 1);
    return text;
}

void row_append(char **text, const char *between, const char *more)
{
    char *longer = joined(*text, between, more);

    free(*text);
    *text = longer;
}

static char *trimmed(const char *text)
{
    size_t size;
    char *copy;

    text += strspn(text, " ");
    size = strlen(text);
    while (size > 0 && text[size - 1] == ' ')
        size--;
    copy = need(size + 1);
    memcpy(copy, text, size);
    copy[size] = '\0';
    return copy;
}

/* Bytes of the number with which an entry may begin: "1." "12)" "(a)" "iv." ; 0: none. */
static size_t numbering(const char *text)
{
    size_t open = *text == '(', at = open, digits = strspn(text + at, "0123456789"), size;

    size = digits > 0 ? digits : strcspn(text + at, ").: ");
    if (size == 0 || (digits == 0 && (size > 1 || !char_is_letter((unsigned char)text[at]))) || digits > 2)
        return 0;
    at += size;
    if (text[at] != ')' && (open || text[at] != '.'))
        return 0;
    at++;
    return text[at] == ' ' || text[at] == '\0' ? at : 0;
}

/* Bytes of the bullet or number a text begins with, blanks behind it too; 0: none. A sign needs a blank: "-1"
 * is a number. */
static size_t mark_of(const char *text)
{
    size_t size = strlen(text), step = numbering(text);
    uint32_t c;

    if (step == 0) {
        step = size == 0 ? 0 : utf8_next(text, size, &c);
        if (step == 0 || !char_is_bullet(c) || (step < size && step == 1 && text[step] != ' '))
            return 0;
    }
    return step + strspn(text + step, " ");
}

/* ---- lines without what stands at the edges ---- */

static bool at_edge(const struct page *page, const struct page_line *line)
{
    int middle = 2 * line->y + line->h;

    return middle * 5 < page->height || middle * 5 > page->height * 9; /* a tenth above or below */
}

static int compare_ints(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

/* The size of the line in whose text the middle letter stands; edges count only if there is nothing else. */
static int body_size(const struct page *page, bool edges)
{
    int *sizes = need((page->count + 1) * sizeof *sizes);
    size_t count = 0, letters = 0;
    int size = 0;

    for (size_t i = 0; i < page->count; i++)
        if (edges || !at_edge(page, &page->lines[i])) {
            sizes[count++] = page->lines[i].size;
            letters += strlen(page->lines[i].text);
        }
    qsort(sizes, count, sizeof *sizes, compare_ints);
    for (size_t i = 0, seen = 0; i < count && 2 * seen <= letters; i++) {
        size = sizes[i];
        for (size_t k = 0; k < page->count; k++)
            if (page->lines[k].size == size && (edges || !at_edge(page, &page->lines[k])))
                seen += strlen(page->lines[k].text);
        while (i + 1 < count && sizes[i + 1] == size)
            i++;
    }
    free(sizes);
    return size > 0 || edges ? size : body_size(page, true);
}

static bool furniture(const struct page *page, const struct page_line *line, int body)
{
    return at_edge(page, line) && (line->size * 10 <= body * 8 || all(line->text, page_number_glyph));
}

/* ---- pieces into rows ---- */

static bool same_row(const struct row *row, const struct page_line *line)
{
    int top = row->y > line->y ? row->y : line->y;
    int bottom = row->bottom < line->y + line->h ? row->bottom : line->y + line->h;
    int lower = row->bottom - row->y < line->h ? row->bottom - row->y : line->h;

    return 2 * (bottom - top) >= lower;
}

static bool ends_blank(const char *text)
{
    return char_last(text) == ' ';
}

static void row_start(struct text_rows *view, const struct page_line *line)
{
    struct row *row;
    char *text = trimmed(line->text);
    size_t mark = mark_of(text);

    view->rows = need_more(view->rows, (view->count + 1) * sizeof *view->rows);
    row = &view->rows[view->count++];
    *row = (struct row){.x = line->x,
                        .mark_x = line->x,
                        .y = line->y,
                        .right = line->x + line->w,
                        .bottom = line->y + line->h,
                        .size = line->size,
                        .bold = line->bold,
                        .mono = line->mono && !char_is_wide(char_first(text)),
                        .marked = mark > 0,
                        .blank = ends_blank(line->text),
                        .text = need_dup(text + mark)};
    if (mark > 0 && text[mark] != '\0') /* the bullet and its blank are about this wide */
        row->x += line->size;
    free(text);
}

/* What stands before a row's text and is only a bullet or a short number. */
static bool mark_alone(const struct row *row)
{
    return *row->text == '\0' || (strlen(row->text) <= 2 && all(row->text, char_is_digit));
}

static void row_add(struct row *row, const struct page_line *line)
{
    int gap = line->x - row->right;
    char *text = trimmed(line->text);

    if (mark_alone(row)) {
        row->marked = true;
        row->x = line->x;
        row->size = line->size;
        row->bold = line->bold;
        row->mono = line->mono && !char_is_wide(char_first(text));
        free(row->text);
        row->text = need_dup(text + strspn(text, ".) ")); /* "1" and ". Text", where they were set apart */
    } else {
        bool blank = row->blank || *line->text == ' ' || gap * 6 > line->size;

        row_append(&row->text, blank && !char_is_wide(char_last(row->text)) ? " " : "", text);
        row->bold = row->bold && line->bold;
        row->mono = row->mono && line->mono;
        if (row->size < line->size)
            row->size = line->size;
    }
    free(text);
    row->blank = ends_blank(line->text);
    if (row->right < line->x + line->w)
        row->right = line->x + line->w;
    if (row->y > line->y)
        row->y = line->y;
    if (row->bottom < line->y + line->h)
        row->bottom = line->y + line->h;
}

static bool number_glyph(uint32_t c)
{
    return char_is_digit(c) || c == '.' || c == ',' || c == '%' || c == '-' || c == '+' || c == 0x2212 ||
           c == ' ';
}

/* A number far to the right is a cell of the same table, or the next mark on an axis. */
static bool is_cell(const struct row *row, const struct page_line *line)
{
    return same_row(row, line) && line->x >= row->right && *row->text != '\0' && strlen(line->text) <= CELL &&
           all(line->text, number_glyph);
}

static bool beside(const struct row *row, const struct page_line *line)
{
    int gap = line->x - row->right, size = row->size > line->size ? row->size : line->size;

    if (!same_row(row, line) || gap < -size)
        return false;
    if (mark_alone(row)) /* a digit may be a cell, a bullet is one even far away */
        return gap <= (*row->text == '\0' ? 4 * size : 3 * size / 2);
    return gap <= size + size / 5;
}

static void row_add_cell(struct row *row, const struct page_line *line)
{
    char *text = trimmed(line->text);

    row_append(&row->text, "  ", text);
    row->right = line->x + line->w;
    row->blank = false;
    row->cells = true;
    free(text);
}

/* The number a row begins with, if a blank and words follow; *after: where they do. */
static unsigned leading_number(const struct row *row, size_t *after)
{
    size_t digits = strspn(row->text, "0123456789");

    *after = digits + strspn(row->text + digits, " ");
    if (row->marked || row->cells || digits == 0 || digits > 2 || *after == digits ||
        !char_is_letter(char_first(row->text + *after)))
        return 0;
    return (unsigned)strtoul(row->text, NULL, 10);
}

/* Numbers without a stop make a list only if they count: 1, 2, and so on, one below the other. */
static void mark_numbers(struct text_rows *view)
{
    unsigned wanted = 1;
    size_t after;
    int x = 0;

    for (size_t i = 0; i < view->count; i++)
        if (leading_number(&view->rows[i], &after) == wanted &&
            (wanted == 1 || abs(view->rows[i].x - x) <= view->rows[i].size)) {
            x = view->rows[i].x;
            wanted++;
        }
    if (wanted <= 2)
        return;
    for (size_t i = 0, next = 1; i < view->count && next < wanted; i++) {
        struct row *row = &view->rows[i];

        if (leading_number(row, &after) != next)
            continue;
        memmove(row->text, row->text + after, strlen(row->text + after) + 1);
        row->marked = true;
        row->x += row->size;
        next++;
    }
}

/* Is most of it written from right to left? */
static bool leftwards(const struct page *page)
{
    size_t left = 0, other = 0, step;
    uint32_t c;

    for (size_t i = 0; i < page->count; i++) {
        const char *text = page->lines[i].text;
        size_t size = strlen(text);

        for (size_t at = 0; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step) {
            left += char_is_right_to_left(c);
            other += !char_is_right_to_left(c) && char_is_letter(c);
        }
    }
    return left > other;
}

struct text_rows *text_rows_of(const struct page *page)
{
    struct text_rows *view = need_zero(1, sizeof *view);
    bool mirrored = leftwards(page); /* then bullets stand on the right, and indents grow to the left */

    view->width = page->width;
    view->height = page->height;
    view->body = body_size(page, false);
    for (size_t i = 0; i < page->count; i++) {
        struct page_line line = page->lines[i];

        if (furniture(page, &line, view->body))
            continue;
        if (mirrored)
            line.x = page->width - line.x - line.w;
        if (view->count > 0 && beside(&view->rows[view->count - 1], &line))
            row_add(&view->rows[view->count - 1], &line);
        else if (view->count > 0 && is_cell(&view->rows[view->count - 1], &line))
            row_add_cell(&view->rows[view->count - 1], &line);
        else
            row_start(view, &line);
    }
    mark_numbers(view);
    return view;
}

void text_rows_drop(struct text_rows *view, size_t i)
{
    free(view->rows[i].text);
    memmove(&view->rows[i], &view->rows[i + 1], (--view->count - i) * sizeof *view->rows);
}

void text_rows_free(struct text_rows **view)
{
    while ((*view)->count > 0)
        text_rows_drop(*view, (*view)->count - 1);
    free((*view)->rows);
    free(*view);
    *view = NULL;
}

static bool no_word_glyph(uint32_t c)
{
    return !char_is_letter(c) && !char_is_digit(c);
}

bool row_wordless(const struct row *row)
{
    return all(row->text, no_word_glyph);
}

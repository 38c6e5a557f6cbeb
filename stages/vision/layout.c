/* layout - see layout.h
 *
 * In four passes: edges off, pieces into rows, title out, rows into items.
 */
#include "stages/vision/layout.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/vision/glyph.h"

/* A row: pieces that stand beside each other, with what a bullet before them says. */
struct row {
    int x, y, right, bottom, size; /* x: of the text; pixels */
    int mark_x;                    /* of the bullet, or x */
    bool bold, mono, marked;
    bool blank; /* its last piece ended with a blank */
    char *text;
};

struct sheet {
    int width, height, body; /* body: size of most of the text */
    struct row *rows;
    size_t count;
};

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
    return glyph_digit(c) || c == ' ' || c == '/' || c == '-' || c == '.' || c == 0x2013 || c == 0xa9;
}

static bool no_word_glyph(uint32_t c)
{
    return !glyph_letter(c) && !glyph_digit(c);
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

static void append(char **text, const char *between, const char *more)
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
    if (size == 0 || (digits == 0 && (size > 1 || !glyph_letter((unsigned char)text[at]))) || digits > 2)
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
        if (step == 0 || !glyph_bullet(c) || (step < size && step == 1 && text[step] != ' '))
            return 0;
    }
    return step + strspn(text + step, " ");
}

/* ---- pass 1: lines without what stands at the edges ---- */

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

/* ---- pass 2: pieces into rows ---- */

static bool same_row(const struct row *row, const struct page_line *line)
{
    int top = row->y > line->y ? row->y : line->y;
    int bottom = row->bottom < line->y + line->h ? row->bottom : line->y + line->h;
    int lower = row->bottom - row->y < line->h ? row->bottom - row->y : line->h;

    return 2 * (bottom - top) >= lower;
}

static bool ends_blank(const char *text)
{
    return glyph_last(text) == ' ';
}

static void row_start(struct sheet *sheet, const struct page_line *line)
{
    struct row *row;
    char *text = trimmed(line->text);
    size_t mark = mark_of(text);

    sheet->rows = need_more(sheet->rows, (sheet->count + 1) * sizeof *sheet->rows);
    row = &sheet->rows[sheet->count++];
    *row = (struct row){.x = line->x,
                        .mark_x = line->x,
                        .y = line->y,
                        .right = line->x + line->w,
                        .bottom = line->y + line->h,
                        .size = line->size,
                        .bold = line->bold,
                        .mono = line->mono && !glyph_wide(glyph_first(text)),
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
    return *row->text == '\0' || (strlen(row->text) <= 2 && all(row->text, glyph_digit));
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
        row->mono = line->mono && !glyph_wide(glyph_first(text));
        free(row->text);
        row->text = need_dup(text);
    } else {
        bool blank = row->blank || *line->text == ' ' || gap * 6 > line->size;

        append(&row->text, blank && !glyph_wide(glyph_last(row->text)) ? " " : "", text);
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

static bool beside(const struct row *row, const struct page_line *line)
{
    int gap = line->x - row->right, size = row->size > line->size ? row->size : line->size;

    if (!same_row(row, line) || gap < -size)
        return false;
    return gap <= (mark_alone(row) ? 4 * size : size + size / 5);
}

static struct sheet *sheet_of(const struct page *page)
{
    struct sheet *sheet = need_zero(1, sizeof *sheet);

    sheet->width = page->width;
    sheet->height = page->height;
    sheet->body = body_size(page, false);
    for (size_t i = 0; i < page->count; i++) {
        const struct page_line *line = &page->lines[i];

        if (furniture(page, line, sheet->body))
            continue;
        if (sheet->count > 0 && beside(&sheet->rows[sheet->count - 1], line))
            row_add(&sheet->rows[sheet->count - 1], line);
        else
            row_start(sheet, line);
    }
    return sheet;
}

static void row_drop(struct sheet *sheet, size_t i)
{
    free(sheet->rows[i].text);
    memmove(&sheet->rows[i], &sheet->rows[i + 1], (--sheet->count - i) * sizeof *sheet->rows);
}

static void sheet_free(struct sheet *sheet)
{
    while (sheet->count > 0)
        row_drop(sheet, sheet->count - 1);
    free(sheet->rows);
    free(sheet);
}

/* ---- pass 3: the title ---- */

static bool titular(const struct row *row)
{
    return !row->mono && !row->marked && !all(row->text, no_word_glyph) && strlen(row->text) <= 200;
}

/* The biggest row above that height, the topmost of equals; count if there is none. */
static size_t biggest(const struct sheet *sheet, int above)
{
    size_t best = sheet->count;

    for (size_t i = 0; i < sheet->count; i++) {
        const struct row *row = &sheet->rows[i];

        if (!titular(row) || row->y >= above)
            continue;
        if (best == sheet->count || row->size > sheet->rows[best].size ||
            (row->size == sheet->rows[best].size && row->y < sheet->rows[best].y))
            best = i;
    }
    return best;
}

/* Is it alone in its size, and all else clearly smaller? (A title page has little else: its title is most of
 * the text.) */
static bool stands_out(const struct sheet *sheet, const struct row *row)
{
    unsigned others = 0;

    for (size_t i = 0; i < sheet->count; i++) {
        if (sheet->rows[i].size * 130 > row->size * 100 && sheet->rows[i].size != row->size)
            return false;
        others += sheet->rows[i].size != row->size;
    }
    return others > 0;
}

static size_t title_row(const struct sheet *sheet)
{
    size_t top = biggest(sheet, sheet->height * 2 / 5), any = biggest(sheet, sheet->height + 1);

    if (top < sheet->count && (sheet->rows[top].size * 100 >= sheet->body * 115 || sheet->rows[top].bold))
        return top;
    if (any < sheet->count &&
        (sheet->rows[any].size * 100 >= sheet->body * 130 || stands_out(sheet, &sheet->rows[any])))
        return any;
    if (top < sheet->count && sheet->rows[top].y * 5 < sheet->height && strlen(sheet->rows[top].text) <= 80)
        return top;
    return sheet->count;
}

static bool near_size(int a, int b)
{
    return abs(a - b) * 8 <= (a > b ? a : b);
}

static const char *seam(const char *before, const char *after);

static char *take_title(struct sheet *sheet)
{
    size_t at = title_row(sheet);
    struct row row;
    char *title;

    if (at == sheet->count)
        return need_dup("");
    row = sheet->rows[at];
    title = need_dup(row.text);
    row_drop(sheet, at);
    while (at < sheet->count && titular(&sheet->rows[at]) && near_size(sheet->rows[at].size, row.size) &&
           (row.size * 100 >= sheet->body * 115 || stands_out(sheet, &row) ||
            (row.bold && sheet->rows[at].bold)) &&
           sheet->rows[at].y > row.y && sheet->rows[at].y - row.bottom < row.size / 2 &&
           strlen(title) < 200) {
        append(&title, seam(title, sheet->rows[at].text), sheet->rows[at].text);
        row.bottom = sheet->rows[at].bottom;
        row_drop(sheet, at);
    }
    return title;
}

/* ---- pass 4: rows into items ---- */

/* What belongs between the end of a line and its continuation. */
static const char *seam(const char *before, const char *after)
{
    return glyph_wide(glyph_last(before)) || glyph_wide(glyph_first(after)) ? "" : " ";
}

/* Joins a continuation; a word that was parted with a hyphen is made whole again. */
static void mend(char **text, const char *more)
{
    size_t size = strlen(*text);
    bool soft = size >= 2 && strcmp(*text + size - 2, "\xc2\xad") == 0;
    bool hard = size >= 2 && (*text)[size - 1] == '-' && (*text)[size - 2] != ' ' &&
                (*text)[size - 2] != '-' && glyph_lower(glyph_first(more));

    if (soft || hard) {
        (*text)[size - (soft ? 2 : 1)] = '\0';
        append(text, "", more);
    } else {
        append(text, seam(*text, more), more);
    }
}

/* "Term: what it is" begins something new, however full the row above. */
static bool labelled(const char *text)
{
    size_t label = strcspn(text, ":");

    return text[label] == ':' && label <= 40 && !glyph_lower(glyph_first(text));
}

static bool below(const struct row *last, const struct row *row)
{
    int pitch = row->y - last->y, size = last->size;

    return pitch > 0 &&
           (pitch * 10 <= size * 16 || (pitch * 10 <= size * 22 && (row->y - last->bottom) * 10 <= size * 4));
}

/* Under the text above, or centred like it. */
static bool aligned(const struct row *last, const struct row *row)
{
    bool centred = abs(row->x + row->right - last->mark_x - last->right) <= 2 * row->size;

    return (row->x >= last->mark_x - row->size && row->x <= last->x + 3 * row->size) || centred;
}

static bool goes_on(const struct sheet *sheet, const struct row *last, const struct row *row)
{
    uint32_t end = glyph_last(last->text);
    bool wide = glyph_wide(end);
    bool full =
        last->right * 100 >= sheet->width * 82 && (wide || strlen(last->text) >= 30) && !labelled(row->text);
    bool hanging = last->marked && abs(row->x - last->x) <= row->size;

    if (row->marked || row->mono != last->mono || !near_size(row->size, last->size) ||
        (last->bold && !row->bold))
        return false;
    if (!below(last, row) || !aligned(last, row))
        return false;
    return hanging || full || glyph_lower(glyph_first(row->text)) || end == ',' || end == '-';
}

static bool code_like(const struct row *row)
{
    static const char *const signs[] = {"();", "){",       ") {", "==", "!=", "&&",
                                        "||",  "#include", "->",  "=>", "::", "</"};
    unsigned found = 0;

    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        found += strstr(row->text, signs[i]) != NULL;
    return row->mono || found >= 2 || strncmp(row->text, "$ ", 2) == 0;
}

/* Few letters stand in words of three or more. */
static bool formula_like(const char *text)
{
    size_t size = strlen(text), at = 0, step, run = 0, in_words = 0, shown = 0;
    uint32_t c;

    for (; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step) {
        shown += c != ' ';
        if (glyph_wide(c)) {
            in_words++;
        } else if (glyph_letter(c)) {
            run++;
            in_words += run == 3 ? 3 : run > 3;
        } else {
            run = 0;
        }
    }
    return 2 * in_words < shown;
}

struct builder {
    struct layout *layout;
    const struct sheet *sheet;
    struct row last; /* of the item in work; its text belongs to the sheet */
    int code_x;      /* left edge of the listing in work */
    int indents[8];  /* left edges of the levels above */
    int depth;
};

/* Levels by indent: deeper than the one above, or back to the level that stood at this edge. */
static int level_of(struct builder *b, const struct row *row)
{
    bool new_column = row->y + row->size < b->last.y || b->layout->count == 0;
    int edge = row->mark_x;

    if (new_column)
        b->depth = 0;
    while (b->depth > 0 && edge < b->indents[b->depth - 1] + row->size / 2)
        b->depth--;
    if (b->depth < (int)(sizeof b->indents / sizeof b->indents[0]))
        b->indents[b->depth++] = edge;
    return b->depth - 1;
}

static void indent(char **text, const struct row *row, int code_x)
{
    int blanks = row->size > 0 ? (row->x - code_x) * 5 / (3 * row->size) : 0;
    char pad[64];

    blanks = blanks < 0 ? 0 : blanks > 40 ? 40 : blanks;
    pad[0] = '\n';
    memset(pad + 1, ' ', (size_t)blanks);
    pad[1 + blanks] = '\0';
    append(text, pad, row->text);
}

static void build(struct builder *b, const struct row *row)
{
    struct layout *l = b->layout;
    struct item *item = l->count > 0 ? &l->items[l->count - 1] : NULL;
    bool code = code_like(row);

    if (*row->text == '\0' || all(row->text, no_word_glyph))
        return;
    if (code && item != NULL && item->kind == ITEM_CODE && row->y > b->last.y) {
        indent(&item->text, row, b->code_x);
    } else if (!code && item != NULL && item->kind != ITEM_CODE && goes_on(b->sheet, &b->last, row)) {
        mend(&item->text, row->text);
    } else {
        l->items = need_more(l->items, (l->count + 1) * sizeof *l->items);
        l->items[l->count] = (struct item){.text = need_dup(row->text),
                                           .kind = code ? ITEM_CODE : ITEM_TEXT,
                                           .listed = row->marked,
                                           .level = level_of(b, row)};
        l->count++;
        b->code_x = row->x;
        b->last = *row;
        return;
    }
    b->last.y = row->y;
    b->last.right = row->right;
    b->last.bottom = row->bottom;
    b->last.text = row->text;
}

struct layout *layout_of(const struct page *page)
{
    struct layout *layout = need_zero(1, sizeof *layout);
    struct sheet *sheet = sheet_of(page);
    struct builder builder = {.layout = layout, .sheet = sheet};

    layout->title = take_title(sheet);
    for (size_t i = 0; i < sheet->count; i++)
        build(&builder, &sheet->rows[i]);
    for (size_t i = 0; i < layout->count; i++)
        if (layout->items[i].kind == ITEM_TEXT && formula_like(layout->items[i].text))
            layout->items[i].kind = ITEM_FORMULA;
    sheet_free(sheet);
    return layout;
}

void layout_free(struct layout **layout)
{
    if (*layout == NULL)
        return;
    for (size_t i = 0; i < (*layout)->count; i++)
        free((*layout)->items[i].text);
    free((*layout)->items);
    free((*layout)->title);
    free(*layout);
    *layout = NULL;
}

/* layout - see layout.h
 *
 * In three passes: lines into rows (text_rows.c), the title out, rows into items.
 */
#include "stages/vision/text/layout.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/lib/text/char_class.h"
#include "stages/vision/text/line_join.h"
#include "stages/lib/text/text_rows.h"

enum { MAX_HEAD = 80 };

/* ---- the title ---- */

/* The letter at a part of a drawing is no title, but one Chinese sign may be. */
static bool has_word(const char *text)
{
    size_t size = strlen(text), letters = 0, step;
    uint32_t c;

    for (size_t at = 0; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step)
        letters += char_is_letter(c) ? (char_is_wide(c) ? 2 : 1) : 0;
    return letters >= 2;
}

static bool titular(const struct row *row)
{
    return !row->mono && !row->marked && !row_wordless(row) && strlen(row->text) <= 200 &&
           has_word(row->text);
}

/* The topmost of the biggest rows above that height; count if there is none. Fonts of two scripts that look
 * as big differ by a little. */
static size_t biggest(const struct text_rows *view, int above)
{
    size_t best = view->count;
    int size = 0;

    for (size_t i = 0; i < view->count; i++)
        if (titular(&view->rows[i]) && view->rows[i].y < above && view->rows[i].size > size)
            size = view->rows[i].size;
    for (size_t i = 0; i < view->count; i++) {
        const struct row *row = &view->rows[i];

        if (titular(row) && row->y < above && row->size * 108 >= size * 100 &&
            (best == view->count || row->y < view->rows[best].y))
            best = i;
    }
    return best;
}

/* Is it alone in its size, and all else clearly smaller? (A title page has little else: its title is most of
 * the text.) */
static bool stands_out(const struct text_rows *view, const struct row *row)
{
    unsigned others = 0;

    for (size_t i = 0; i < view->count; i++) {
        if (view->rows[i].size * 130 > row->size * 100 && view->rows[i].size != row->size)
            return false;
        others += view->rows[i].size != row->size;
    }
    return others > 0;
}

static size_t title_row(const struct text_rows *view)
{
    size_t top = biggest(view, view->height * 2 / 5), any = biggest(view, view->height + 1);

    if (top < view->count && (view->rows[top].size * 100 >= view->body * 115 || view->rows[top].bold))
        return top;
    if (any < view->count &&
        (view->rows[any].size * 100 >= view->body * 130 || stands_out(view, &view->rows[any])))
        return any;
    if (top < view->count && view->rows[top].y * 5 < view->height && strlen(view->rows[top].text) <= 80)
        return top;
    return view->count;
}

static bool near_size(int a, int b)
{
    return abs(a - b) * 8 <= (a > b ? a : b);
}

static char *extract_title(struct text_rows *view)
{
    size_t at = title_row(view);
    struct row row;
    char *title;

    if (at == view->count)
        return need_dup("");
    row = view->rows[at];
    title = need_dup(row.text);
    text_rows_drop(view, at);
    while (at < view->count && titular(&view->rows[at]) && near_size(view->rows[at].size, row.size) &&
           (row.size * 100 >= view->body * 115 || stands_out(view, &row) ||
            (row.bold && view->rows[at].bold) || char_last(title) == '-') &&
           view->rows[at].y > row.y && view->rows[at].y - row.bottom < row.size / 2 && strlen(title) < 200) {
        line_join(&title, view->rows[at].text);
        row.bottom = view->rows[at].bottom;
        text_rows_drop(view, at);
    }
    return title;
}

/* ---- rows into items ---- */

/* "Term: what it is" begins something new, however full the row above. */
static bool labelled(const char *text)
{
    size_t label = strcspn(text, ":");

    return text[label] == ':' && label <= 40 && !char_is_lower(char_first(text));
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

static bool goes_on(const struct text_rows *view, const struct row *last, const struct row *row)
{
    uint32_t end = char_last(last->text);
    bool wide = char_is_wide(end);
    /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): a row that has been read has text */
    bool is_long = wide || strlen(last->text) >= 30;
    bool full = last->right * 100 >= view->width * 82 && is_long && !labelled(row->text);
    bool hanging = last->marked && abs(row->x - last->x) <= row->size;

    if (row->marked || row->cells || last->cells || row->mono != last->mono ||
        !near_size(row->size, last->size) || (last->bold && !row->bold))
        return false;
    if (!below(last, row) || !aligned(last, row))
        return false;
    return hanging || full || char_is_lower(char_first(row->text)) || end == ',' || end == '-';
}

static size_t name_size(const char *text)
{
    size_t size = 0;

    while (isalnum((unsigned char)text[size]) || text[size] == '_' || text[size] == '.')
        size++;
    return isdigit((unsigned char)*text) ? 0 : size;
}

/* name = "text", name = [1, 2], name(…), def name(…):, as scripts have it. */
static bool statement(const char *text)
{
    static const char *const openers[] = {"def ",  "for ",   "while ", "if ", "elif ",
                                          "else:", "class ", "with ",  "try:"};
    size_t size = strlen(text), name = name_size(text), after = name + strspn(text + name, " ");
    const char *value = text[after] == '=' ? text + after + 1 + strspn(text + after + 1, " ") : "";

    for (size_t i = 0; i < sizeof openers / sizeof openers[0]; i++)
        if (strncmp(text, openers[i], strlen(openers[i])) == 0 && text[size - 1] == ':')
            return true;
    if (strncmp(text, "import ", 7) == 0)
        return 7 + name_size(text + 7) == size;
    return (name > 0 && (*value == '"' || *value == '\'' || *value == '[' || *value == '{')) ||
           (name > 2 && text[name] == '(' && text[size - 1] == ')');
}

static bool code_like(const struct row *row)
{
    static const char *const signs[] = {"();", "){",       ") {", "==", "!=", "&&",
                                        "||",  "#include", "->",  "=>", "::", "</"};
    unsigned found = 0;

    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        found += strstr(row->text, signs[i]) != NULL;
    return row->mono || found >= 2 || strncmp(row->text, "$ ", 2) == 0 || statement(row->text);
}

/* Few letters stand in words of three or more. */
static bool formula_like(const char *text)
{
    size_t size = strlen(text), at = 0, step, run = 0, in_words = 0, shown = 0;
    uint32_t c;

    for (; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step) {
        shown += c != ' ';
        if (char_is_wide(c)) {
            in_words++;
        } else if (char_is_letter(c)) {
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
    const struct text_rows *view;
    struct row last; /* of the item in work; its text belongs to the view */
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

static void append_code(char **text, const struct row *row, int code_x)
{
    int blanks = row->size > 0 ? (row->x - code_x) * 5 / (3 * row->size) : 0;
    char pad[64];

    blanks = blanks < 0 ? 0 : blanks > 40 ? 40 : blanks;
    pad[0] = '\n';
    memset(pad + 1, ' ', (size_t)blanks);
    pad[1 + blanks] = '\0';
    row_append(text, pad, row->text);
}

/* In code, though it has no word perhaps. */
static bool remark(const char *text)
{
    return *text == '#' || strncmp(text, "//", 2) == 0 || strncmp(text, "--", 2) == 0 || *text == '}' ||
           *text == '{';
}

static void add_row(struct builder *b, const struct row *row)
{
    struct layout *l = b->layout;
    struct item *item = l->count > 0 ? &l->items[l->count - 1] : NULL;
    bool after_code = item != NULL && item->kind == ITEM_CODE && row->y > b->last.y;
    bool code = *row->text != '\0' && (code_like(row) || (after_code && remark(row->text)));

    if (*row->text == '\0' || (row_wordless(row) && !code))
        return;
    if (code && after_code) {
        append_code(&item->text, row, b->code_x);
    } else if (!code && item != NULL && item->kind != ITEM_CODE && goes_on(b->view, &b->last, row)) {
        line_join(&item->text, row->text);
    } else {
        l->items = need_more(l->items, (l->count + 1) * sizeof *l->items);
        l->items[l->count] = (struct item){.text = need_dup(row->text),
                                           .kind = code ? ITEM_CODE : ITEM_TEXT,
                                           .listed = row->marked,
                                           .level = level_of(b, row),
                                           .x = row->mark_x,
                                           .size = row->size,
                                           .bold = row->bold};
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

/* Smaller or lighter than a small title, and under it. */
static bool stands_under(const struct item *head, const struct item *item)
{
    bool lesser =
        item->size * 112 <= head->size * 100 || (head->bold && !item->bold && item->size <= head->size);
    int right = item->x - head->x;

    return item->kind == ITEM_TEXT && lesser && right >= -head->size && right <= 3 * head->size;
}

/* Boxes with a title of their own are made of it and at least two entries. */
static void find_heads(struct layout *layout)
{
    for (size_t i = 0, end; i < layout->count; i = end) {
        struct item *head = &layout->items[i];

        for (end = i + 1; end < layout->count && stands_under(head, &layout->items[end]);)
            end++;
        if (head->kind != ITEM_TEXT || head->listed || end - i <= 2 || strlen(head->text) > MAX_HEAD) {
            end = i + 1;
            continue;
        }
        head->heads = true;
        for (size_t k = i + 1; k < end; k++)
            layout->items[k].level += layout->items[k].level <= head->level ? head->level + 1 : 0;
    }
}

struct layout *layout_of(const struct page *page)
{
    struct layout *layout = need_zero(1, sizeof *layout);
    struct text_rows *view = text_rows_of(page);
    struct builder builder = {.layout = layout, .view = view};

    layout->title = extract_title(view);
    for (size_t i = 0; i < view->count; i++)
        add_row(&builder, &view->rows[i]);
    for (size_t i = 0; i < layout->count; i++)
        if (layout->items[i].kind == ITEM_TEXT && formula_like(layout->items[i].text))
            layout->items[i].kind = ITEM_FORMULA;
    find_heads(layout);
    text_rows_free(&view);
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

/* reading_order - see reading_order.h
 *
 * A piece that fills a gap in a row which was drawn before (a formula in a sentence) goes there.  Lines that
 * follow and stand below each other are one block.  Blocks at the foot of the page go last, from left to
 * right. Of the others the topmost row goes first as long as it is clearly above the rest, was drawn in one
 * go, and stands over something that was drawn before it; then the next.  Where that ends, among columns or
 * in a drawing, the rest stays as it was drawn.
 */
#include "stages/rasterizer/reading_order.h"

#include <string.h>

struct block {
    int32_t x0, y0, x1, y1, size;
    uint32_t from, to; /* lines in the sequence */
};

/* The blocks of a page: those still to be put in order, and those of its foot. */
static struct {
    uint32_t sequence[MAX_JAIL_LINES]; /* lines, gaps filled */
    struct block rest[MAX_JAIL_LINES], foot[MAX_JAIL_LINES];
    size_t count, feet;
    int height;
} page;

static int32_t min(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static int32_t max(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static void widen(struct block *block, const struct block *more)
{
    block->x0 = min(block->x0, more->x0);
    block->y0 = min(block->y0, more->y0);
    block->x1 = max(block->x1, more->x1);
    block->y1 = max(block->y1, more->y1);
    block->size = max(block->size, more->size);
}

static bool one_above_other(const struct block *a, const struct block *b)
{
    return a->x0 < b->x1 && b->x0 < a->x1;
}

/* Boxes reach from the highest to the lowest letter that the font has: a quarter may overlap. */
static bool above(const struct block *a, const struct block *b)
{
    return 4 * ((int64_t)a->y1 - b->y0) <= min(a->y1 - a->y0, b->y1 - b->y0);
}

/* ---- gaps ---- */

static bool same_row(const struct jail_line *a, const struct jail_line *b)
{
    return 2 * (min(a->y + a->h, b->y + b->h) - max(a->y, b->y)) >= min(a->h, b->h);
}

static int32_t larger(const struct jail_line *a, const struct jail_line *b)
{
    return (int32_t)(a->size > b->size ? a->size : b->size);
}

/* Does b begin behind the end of a, in the same row? */
static bool behind(const struct jail_line *a, const struct jail_line *b)
{
    return same_row(a, b) && b->x >= a->x + a->w - larger(a, b) / 3;
}

/* As near as the next word is. */
static bool close_behind(const struct jail_line *a, const struct jail_line *b)
{
    return behind(a, b) && 5 * (b->x - a->x - a->w) <= 6 * larger(a, b);
}

/* Where a line belongs among the count before it. Behind the last piece of a row it does only if the piece
 * drawn before filled a gap of that row: two columns stand side by side, too. */
static size_t place_of(const struct jail_line *lines, size_t count, const struct jail_line *line,
                       const struct jail_line *filler)
{
    for (size_t i = 0; i + 1 < count; i++) {
        const struct jail_line *a = &lines[page.sequence[i]], *b = &lines[page.sequence[i + 1]];
        bool last = !same_row(a, b) && filler != NULL && same_row(filler, line) && close_behind(a, line);

        if (behind(a, line) && ((behind(a, b) && behind(line, b)) || last))
            return i + 1;
    }
    return count;
}

static void fill_gaps(const struct jail_line *lines, size_t count, bool leftwards)
{
    const struct jail_line *filler = NULL;

    for (uint32_t i = 0; i < count; i++) {
        size_t at = leftwards ? i : place_of(lines, i, &lines[i], filler);

        memmove(&page.sequence[at + 1], &page.sequence[at], (i - at) * sizeof *page.sequence);
        page.sequence[at] = i;
        filler = at < i ? &lines[i] : NULL;
    }
}

/* ---- blocks ---- */

/* Does the line go on below the block? */
static bool continues(const struct block *block, const struct jail_line *last, const struct block *line)
{
    int32_t pitch = line->y0 - last->y, size = max(block->size, line->size);

    return pitch > 0 && 10 * pitch <= 16 * size && 10 * min(block->size, line->size) >= 9 * size &&
           one_above_other(block, line);
}

static void copy_lines(const struct jail_line *lines, size_t count)
{
    page.count = page.feet = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct jail_line *line = &lines[page.sequence[i]];
        struct block block = {.x0 = line->x,
                              .y0 = line->y,
                              .x1 = line->x + line->w,
                              .y1 = line->y + line->h,
                              .size = (int32_t)line->size,
                              .from = i,
                              .to = i + 1};

        if (page.count > 0 && continues(&page.rest[page.count - 1], &lines[page.sequence[i - 1]], &block)) {
            page.rest[page.count - 1].to = i + 1;
            widen(&page.rest[page.count - 1], &block);
        } else {
            page.rest[page.count++] = block;
        }
    }
}

/* ---- the foot of the page ---- */

static bool at_foot(const struct block *block)
{
    return 5 * ((int64_t)block->y0 + block->y1) >= 9 * (int64_t)page.height; /* the last tenth */
}

static bool foot_before(const struct block *a, const struct block *b, bool leftwards)
{
    if (above(a, b) != above(b, a))
        return above(a, b);
    return leftwards ? a->x1 > b->x1 : a->x0 < b->x0;
}

static void add_foot(const struct block *block, bool leftwards)
{
    size_t at = page.feet++;

    for (; at > 0 && foot_before(block, &page.foot[at - 1], leftwards); at--)
        page.foot[at] = page.foot[at - 1];
    page.foot[at] = *block;
}

/* By more than a quarter of its height. */
static bool stands_below(const struct block *block, int32_t y)
{
    int64_t height = (int64_t)block->y1 - block->y0;

    return block->y1 > y + height / 4;
}

/* Takes the foot out, if all else is above it. */
static void move_foot(bool leftwards)
{
    int32_t top = INT32_MAX;
    size_t left = 0;

    for (size_t i = 0; i < page.count; i++)
        if (at_foot(&page.rest[i]))
            top = min(top, page.rest[i].y0);
    for (size_t i = 0; i < page.count; i++)
        if (!at_foot(&page.rest[i]) && stands_below(&page.rest[i], top))
            return;
    for (size_t i = 0; i < page.count; i++)
        if (at_foot(&page.rest[i]))
            add_foot(&page.rest[i], leftwards);
        else
            page.rest[left++] = page.rest[i];
    page.count = left;
}

/* ---- rows from the top ---- */

static size_t topmost(void)
{
    size_t best = 0;

    for (size_t i = 1; i < page.count; i++)
        if (page.rest[i].y0 < page.rest[best].y0)
            best = i;
    return best;
}

/* The row of the topmost block: from *first on so many, and all of it in *row. 0: others stand beside it that
 * were drawn at another time. */
static size_t top_row(size_t *first, struct block *row)
{
    size_t best = topmost(), end = best + 1;

    *first = best;
    *row = page.rest[best];
    while (*first > 0 && !above(row, &page.rest[*first - 1]))
        widen(row, &page.rest[--*first]);
    while (end < page.count && !above(row, &page.rest[end]))
        widen(row, &page.rest[end++]);
    for (size_t i = 0; i < page.count; i++)
        if ((i < *first || i >= end) && !above(row, &page.rest[i]))
            return 0;
    return end - *first;
}

/* May the row go before what was drawn before it? At the top of the page it may. Below, not before what is
 * much bigger, a title at another place; and it must stand over some of it, or both may be columns. */
static bool goes_first(const struct block *row, size_t first)
{
    bool over = first == 0 || 5 * row->y1 <= page.height;

    for (size_t i = 0; i < first && 5 * row->y1 > page.height; i++) {
        if (page.rest[i].size > row->size * 2)
            return false;
        over |= one_above_other(row, &page.rest[i]);
    }
    return over;
}

/* ---- the whole ---- */

static size_t put(uint32_t *order, size_t used, const struct block *blocks, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (uint32_t line = blocks[i].from; line < blocks[i].to; line++)
            order[used++] = page.sequence[line];
    return used;
}

void reading_order(uint32_t *order, const struct jail_line *lines, size_t count, int height, bool leftwards)
{
    size_t used = 0, first, size;
    struct block row;

    page.height = height;
    fill_gaps(lines, count, leftwards);
    copy_lines(lines, count);
    move_foot(leftwards);
    while (page.count > 0 && (size = top_row(&first, &row)) > 0 && goes_first(&row, first)) {
        used = put(order, used, &page.rest[first], size);
        memmove(&page.rest[first], &page.rest[first + size], (page.count - first - size) * sizeof *page.rest);
        page.count -= size;
    }
    used = put(order, used, page.rest, page.count);
    put(order, used, page.foot, page.feet);
}

/* build_up_ink - the picture of a page that may be a step: see build_up_step.h
 *
 * The same content in the same place is drawn to the same pixels, so a stroke that was kept has
 * not changed.  A pixel that changed is of no account where the page was flat: there was nothing.  Any other
 * is a lost stroke, unless it belongs to text that has changed its colour alone.
 */
#include <stdlib.h>
#include <string.h>

#include "stages/rasterizer/build_up_step.h"
#include "stages/rasterizer/page_counter.h"
#include "stages/rasterizer/page_ink.h"

enum {
    SAME = 12,     /* of 255: two colours that close are one */
    READABLE = 25, /* percent of its contrast that text has to keep */
    MAX_AREA = 8,  /* all boxes of text, in pages */
    MAX_LOST = 3,  /* pixels: the smallest sign has more */
    CELL = 4,      /* pixels */
    BAR = 100,     /* its height at most, as a part of the page's */
    EDGE = 20      /* where it may be, too */
};

/* The marks of a pixel: it is of no account; it is of text, which may have changed its colour alone; a
 * line of text goes on there; it has changed, and there was nothing, or there was something; it was looked at
 * whether there was ink, and there was. */
enum { IGNORED = 1, EXCUSED = 2, GOES_ON = 4, ADDED = 8, LOST = 16, LOOKED = 32, INKED = 64 };

struct ink {
    const struct build_up_page *page, *next;
    unsigned char *marks;   /* of each pixel */
    unsigned char *touched; /* of each row: 1: something was added there or lost; most have nothing */
    struct page_counters counters;
};

static const unsigned char *pixel(const struct build_up_page *page, int x, int y)
{
    return page->rgb + (size_t)y * page->stride + (size_t)x * 3;
}

static unsigned char *marks_at(const struct ink *ink, int x, int y)
{
    return ink->marks + (size_t)y * (size_t)ink->page->width + (size_t)x;
}

static bool same(const unsigned char *a, const unsigned char *b)
{
    return abs(a[0] - b[0]) <= SAME && abs(a[1] - b[1]) <= SAME && abs(a[2] - b[2]) <= SAME;
}

static struct page_ink_box box_cut(const struct build_up_page *page, int x, int y, int right, int bottom)
{
    return (struct page_ink_box){x < 0 ? 0 : x, y < 0 ? 0 : y, right > page->width ? page->width : right,
                                 bottom > page->height ? page->height : bottom};
}

static struct page_ink_box box_of(const struct build_up_page *page, const struct jail_line *head, int margin)
{
    return box_cut(page, head->x - margin, head->y - margin, head->x + head->w + margin,
                   head->y + head->h + margin);
}

static void mark_box(struct ink *ink, const struct page_ink_box *box, unsigned char marks)
{
    for (int y = box->y; y < box->bottom; y++)
        for (int x = box->x; x < box->right; x++)
            *marks_at(ink, x, y) |= marks;
}

/* All colours next to it are its own, or nearly. */
static bool flat(const struct build_up_page *page, int x, int y)
{
    const unsigned char *at = pixel(page, x, y);

    for (int v = y - 1; v <= y + 1; v++)
        for (int u = x - 1; u <= x + 1; u++)
            if (u >= 0 && v >= 0 && u < page->width && v < page->height && !same(at, pixel(page, u, v)))
                return false;
    return true;
}

/* ---- ink of text ---- */

/* The pixel stands out from the ground of its text as before, or in another colour that can be read. */
static bool stands_out(const unsigned char *here, const int ground[3], const unsigned char *there,
                       const int next_ground[3])
{
    int strength = 0, kept = 0, shift = 0;

    for (int i = 0; i < 3; i++) {
        int before = here[i] - ground[i], after = there[i] - next_ground[i];

        strength += before * before;
        kept += before * after;
        shift = abs(after - before) > shift ? abs(after - before) : shift;
    }
    return shift <= SAME || (strength > 0 && (int64_t)kept * 100 >= (int64_t)strength * READABLE);
}

static void excuse_text(struct ink *ink, const struct page_ink_box *box)
{
    int ground[3], next_ground[3];

    page_ink_ground(ink->page->rgb, ink->page->stride, box, 1, ground);
    page_ink_ground(ink->next->rgb, ink->next->stride, box, 1, next_ground);
    for (int y = box->y; y < box->bottom; y++)
        for (int x = box->x; x < box->right; x++)
            if (stands_out(pixel(ink->page, x, y), ground, pixel(ink->next, x, y), next_ground))
                *marks_at(ink, x, y) |= EXCUSED;
}

/* Most of a page is drawn to the same bytes. */
static bool equal_rows(const struct ink *ink, int x, int right, int y)
{
    return right <= x || memcmp(pixel(ink->page, x, y), pixel(ink->next, x, y), (size_t)(right - x) * 3) == 0;
}

static bool changed(const struct ink *ink, const struct page_ink_box *box)
{
    for (int y = box->y; y < box->bottom; y++) {
        if (equal_rows(ink, box->x, box->right, y))
            continue;
        for (int x = box->x; x < box->right; x++)
            if (!same(pixel(ink->page, x, y), pixel(ink->next, x, y)))
                return true;
    }
    return false;
}

/* false: the boxes lie upon each other as no text does */
static bool excuse_texts(struct ink *ink)
{
    struct line_cursor lines = line_cursor_of(ink->page->layer);
    int64_t left = (int64_t)ink->page->width * ink->page->height * MAX_AREA;
    struct line line;

    while (line_cursor_next(&lines, &line)) {
        const struct page_ink_box box = box_of(ink->page, &line.head, 2 * CELL);

        left -= (int64_t)(box.right - box.x) * (box.bottom - box.y);
        if (left < 0)
            return false;
        if (changed(ink, &box))
            excuse_text(ink, &box);
    }
    return true;
}

/* The line of the next page begins with this one, in its place. */
static bool goes_on(const struct line *line, const struct line *next)
{
    return next->head.bytes > line->head.bytes && memcmp(next->text, line->text, line->head.bytes) == 0 &&
           abs(next->head.x - line->head.x) <= 2 && abs(next->head.y - line->head.y) <= 2;
}

static void find_ends(struct ink *ink)
{
    struct line_cursor nexts = line_cursor_of(ink->next->layer);
    struct line line, next;

    while (line_cursor_next(&nexts, &next)) {
        struct line_cursor lines = line_cursor_of(ink->page->layer);

        while (line_cursor_next(&lines, &line))
            if (goes_on(&line, &next)) {
                const struct page_ink_box end = box_cut(ink->page, line.head.x + line.head.w, next.head.y,
                                                        next.head.x + next.head.w, next.head.y + next.head.h);

                mark_box(ink, &end, GOES_ON);
            }
    }
}

static void excuse_counters(struct ink *ink)
{
    for (unsigned i = 0; i < 2 * ink->counters.count; i++) {
        const struct line *line = i % 2 == 0 ? &ink->counters.here[i / 2] : &ink->counters.there[i / 2];
        const struct page_ink_box box = box_of(ink->page, &line->head, 2);

        mark_box(ink, &box, IGNORED);
    }
}

/* ---- ink that is gone ---- */

static void find_changes_of_row(struct ink *ink, int y)
{
    for (int x = 0; x < ink->page->width; x++)
        if ((*marks_at(ink, x, y) & (IGNORED | EXCUSED)) == 0 &&
            !same(pixel(ink->page, x, y), pixel(ink->next, x, y))) {
            *marks_at(ink, x, y) |= flat(ink->page, x, y) ? ADDED : LOST;
            ink->touched[y] = 1;
        }
}

static void find_changes(struct ink *ink)
{
    for (int y = 0; y < ink->page->height; y++)
        if (!equal_rows(ink, 0, ink->page->width, y))
            find_changes_of_row(ink, y);
}

static bool has_text(const struct ink *ink, int top, int bottom)
{
    struct line_cursor lines = line_cursor_of(ink->page->layer);
    struct line line;

    while (line_cursor_next(&lines, &line))
        if (line.head.y < bottom && line.head.y + line.head.h > top)
            return true;
    return false;
}

/* A thin bar at the edge tells how far the lecture is. */
static void excuse_bar(struct ink *ink, int top, int bottom)
{
    int first = bottom, last = top - 1;

    for (int y = top; y < bottom; y++)
        if (ink->touched[y] != 0) {
            first = first < y ? first : y;
            last = y;
        }
    if (last >= first && (last - first + 1) * BAR <= ink->page->height && !has_text(ink, first, last + 1))
        mark_box(ink, &(struct page_ink_box){0, first, ink->page->width, last + 1}, IGNORED);
}

/* More than a pixel here and there. */
static bool any_lost(const struct ink *ink)
{
    unsigned lost = 0;

    for (int y = 0; y < ink->page->height; y++)
        for (int x = 0; x < ink->page->width && ink->touched[y] != 0; x++)
            lost += (*marks_at(ink, x, y) & (LOST | IGNORED)) == LOST;
    return lost > MAX_LOST;
}

static bool inked(const struct ink *ink, int x, int y)
{
    unsigned char *here = marks_at(ink, x, y);

    if ((*here & LOOKED) == 0)
        *here |= flat(ink->page, x, y) ? LOOKED : LOOKED | INKED;
    return (*here & (INKED | IGNORED)) == INKED;
}

static bool has_ink(const struct ink *ink, const struct page_ink_box *box)
{
    for (int y = box->y; y < box->bottom; y++)
        for (int x = box->x; x < box->right; x++)
            if (inked(ink, x, y))
                return true;
    return false;
}

static bool any_touched(const struct ink *ink, int top, int bottom)
{
    bool touched = false;

    for (int y = top; y < bottom && y < ink->page->height; y++)
        touched = touched || ink->touched[y] != 0;
    return touched;
}

static bool has_added(const struct ink *ink, const struct page_ink_box *box)
{
    for (int y = box->y; y < box->bottom; y++)
        for (int x = box->x; x < box->right && ink->touched[y] != 0; x++)
            if ((*marks_at(ink, x, y) & (ADDED | IGNORED | GOES_ON)) == ADDED)
                return true;
    return false;
}

/* A stroke more makes another sign of one that was there: a minus becomes a plus, a number a fraction. What
 * comes behind the words of a line is among its words. */
static bool any_signs_changed(const struct ink *ink)
{
    for (int y = 0; y < ink->page->height; y += CELL) {
        if (!any_touched(ink, y, y + CELL))
            continue;
        for (int x = 0; x < ink->page->width; x += CELL) {
            const struct page_ink_box cell = box_cut(ink->page, x, y, x + CELL, y + CELL),
                                      around =
                                          box_cut(ink->page, x - CELL, y - CELL, x + 2 * CELL, y + 2 * CELL);

            if (has_added(ink, &cell) && has_ink(ink, &around))
                return true;
        }
    }
    return false;
}

bool build_up_ink(const struct build_up_page *page, const struct build_up_page *next)
{
    int edge = page->height / EDGE;
    struct ink ink = {.page = page,
                      .next = next,
                      .counters = page_counters_find(page->layer, next->layer, page->number, page->height)};
    bool kept = false;

    if (page->width != next->width || page->height != next->height)
        return false;
    ink.marks = calloc((size_t)page->width, (size_t)page->height);
    ink.touched = calloc(1, (size_t)page->height);
    if (ink.marks != NULL && ink.touched != NULL && excuse_texts(&ink)) {
        excuse_counters(&ink);
        find_ends(&ink);
        find_changes(&ink);
        excuse_bar(&ink, 0, edge);
        excuse_bar(&ink, page->height - edge, page->height);
        kept = !any_lost(&ink) && !any_signs_changed(&ink);
    }
    free(ink.touched);
    free(ink.marks);
    return kept;
}

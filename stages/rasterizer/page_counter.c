/* page_counter - see page_counter.h */
#include "stages/rasterizer/page_counter.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DIGITS = 6, LEFT_OR_RIGHT = 64 };

struct line_cursor line_cursor_of(const struct text_layer *layer)
{
    return (struct line_cursor){layer->bytes, layer->bytes + layer->size};
}

bool line_cursor_next(struct line_cursor *lines, struct line *line)
{
    if (lines->at == lines->end)
        return false;
    memcpy(&line->head, lines->at, sizeof line->head);
    line->text = (const char *)lines->at + sizeof line->head;
    lines->at += sizeof line->head + line->head.bytes;
    return true;
}

static bool at_edge(const struct jail_line *head, int height)
{
    bool above = (head->y + head->h) * 10 <= height, below = head->y * 100 >= height * 88;

    return (above || below) && (int)head->size * 20 <= height;
}

/* The number at *at, which is moved behind it; -1: none, or none of a page. */
static long number_at(const struct line *line, size_t *at)
{
    long number = 0;
    size_t from = *at;

    while (*at < line->head.bytes && isdigit((unsigned char)line->text[*at])) {
        if (*at - from == MAX_DIGITS)
            return -1;
        number = number * 10 + (line->text[(*at)++] - '0');
    }
    return *at == from ? -1 : number;
}

/* Where the number begins in which both differ first. */
static size_t first_difference(const struct line *here, const struct line *there)
{
    size_t min = here->head.bytes < there->head.bytes ? here->head.bytes : there->head.bytes, at = 0;

    while (at < min && here->text[at] == there->text[at])
        at++;
    while (at > 0 && isdigit((unsigned char)here->text[at - 1]))
        at--;
    return at;
}

static bool counts_on(const struct line *here, const struct line *there, unsigned page)
{
    size_t at = first_difference(here, there), to = at;
    long before = number_at(here, &at), after = number_at(there, &to);

    return before > 0 && after == before + 1 && before <= (long)page &&
           here->head.bytes - at == there->head.bytes - to &&
           memcmp(here->text + at, there->text + to, here->head.bytes - at) == 0;
}

static bool in_one_place(const struct line *here, const struct line *there)
{
    return abs(here->head.y - there->head.y) <= 2 && abs(here->head.x - there->head.x) <= LEFT_OR_RIGHT;
}

static bool find(const struct line *here, const struct text_layer *next, unsigned page, struct line *there)
{
    struct line_cursor lines = line_cursor_of(next);

    while (line_cursor_next(&lines, there))
        if (in_one_place(here, there) && counts_on(here, there, page))
            return true;
    return false;
}

struct page_counters page_counters_find(const struct text_layer *layer, const struct text_layer *next,
                                        unsigned page, int height)
{
    struct page_counters counters = {0};
    struct line_cursor lines = line_cursor_of(layer);
    struct line line;

    while (counters.count < MAX_PAGE_COUNTERS && line_cursor_next(&lines, &line))
        if (at_edge(&line.head, height) && find(&line, next, page, &counters.there[counters.count]))
            counters.here[counters.count++] = line;
    return counters;
}

bool page_counters_have(const struct page_counters *counters, const struct line *line)
{
    for (unsigned i = 0; i < counters->count; i++)
        if (counters->here[i].text == line->text)
            return true;
    return false;
}

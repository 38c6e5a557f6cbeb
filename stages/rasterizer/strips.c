/* strips - see strips.h */
#include "stages/rasterizer/strips.h"

#include <fribidi.h>
#include <math.h>
#include <string.h>

#include "stages/lib/text/char_class.h"
#include "stages/rasterizer/order.h"
#include "stages/rasterizer/scripts.h"

enum { STRIPS_MOST = 4096, LINE_MOST = 4096, ROUNDS_MOST = 16 }; /* beyond, all stays as it was drawn */

/* In parts of the letter's size: what is a space between letters, what a new column, what a new line. */
static const float space_least = 0.15f, jump_most = 0.8f, rise_most = 0.8f;

struct pen {
    float x, y; /* where the last glyph ended */
    const struct letter *last;
};

/* ---- as drawn ---- */

/* Scripts without spaces between words get none. */
static bool spaced(uint32_t c)
{
    return !char_is_wide(c) && !(c >= 0xe00 && c <= 0xeff) && !(c >= 0x1000 && c <= 0x109f) &&
           !(c >= 0x1780 && c <= 0x17ff);
}

static bool same_way(const struct letter *a, const struct letter *b)
{
    return a->downwards == b->downwards && a->ux * b->ux + a->uy * b->uy > 0.999f;
}

/* Does the letter go on from the pen? */
static bool goes_on(const struct pen *pen, struct letter *letter)
{
    float x = letter->x - pen->x, y = letter->y - pen->y;
    float ahead = (x * letter->ux + y * letter->uy) / letter->size;
    float rise = fabsf(y * letter->ux - x * letter->uy) / letter->size;

    if (pen->last == NULL || !same_way(pen->last, letter) || !(rise < rise_most) ||
        !(fabsf(ahead) < jump_most))
        return false;
    letter->gap = ahead > space_least && !letter->downwards && pen->last->c != ' ' &&
                  (spaced(pen->last->c) || spaced(letter->c));
    return true;
}

static void make_strips(struct strips *strips, struct letters *letters)
{
    struct pen pen = {.last = NULL};

    strips->count = 0;
    for (size_t i = 0; i < letters->count; i++) {
        struct letter *letter = &letters->letter[i];

        strips->order[i] = (uint32_t)i;
        letter->gap = false;
        if ((letter->joined && strips->count > 0) || goes_on(&pen, letter))
            strips->strip[strips->count - 1].count++;
        else
            strips->strip[strips->count++] = (struct strip){(uint32_t)i, 1};
        if (letter->joined && pen.last != NULL)
            continue;
        pen = (struct pen){letter->x + letter->ux * letter->advance, letter->y + letter->uy * letter->advance,
                           letter};
    }
}

/* ---- from right to left ---- */

/* What is to be known of a strip to see which others stand beside it. */
struct extent {
    const struct letter *first;
    float left, right, size; /* along its direction, from the first letter of the page */
    bool leftwards, joined;
    uint32_t line; /* the number of the line it belongs to; 0: it stands alone */
};

static struct extent extents[LETTERS_MOST];

static void measure(struct extent *extent, const struct letters *letters, const struct strip *strip)
{
    *extent = (struct extent){.first = &letters->letter[strip->from], .left = INFINITY, .right = -INFINITY};
    for (uint32_t i = strip->from; i < strip->from + strip->count; i++) {
        const struct letter *letter = &letters->letter[i];
        float at = letter->x * extent->first->ux + letter->y * extent->first->uy;

        extent->left = fminf(extent->left, at);
        extent->right = fmaxf(extent->right, at + letter->advance);
        extent->size = fmaxf(extent->size, letter->size);
        extent->leftwards |= order_leftwards(letter->c);
    }
}

/* On one base line, and no farther apart than two words. */
static bool beside(const struct extent *a, const struct extent *b)
{
    float x = b->first->x - a->first->x, y = b->first->y - a->first->y, size = fmaxf(a->size, b->size);
    float rise = fabsf(y * a->first->ux - x * a->first->uy);

    return same_way(a->first, b->first) && rise <= 0.3f * size && b->left <= a->right + jump_most * size &&
           b->right >= a->left - jump_most * size;
}

static void widen(struct extent *extent, const struct extent *more)
{
    extent->left = fminf(extent->left, more->left);
    extent->right = fmaxf(extent->right, more->right);
    extent->size = fmaxf(extent->size, more->size);
}

/* Adds a strip to the line if it stands beside it, and the one or the other has leftward letters. */
static bool take_in(struct extent *line, size_t k, uint32_t number)
{
    struct extent *extent = &extents[k];

    if (extent->line != 0 || !beside(line, extent) || !(line->leftwards || extent->leftwards))
        return false;
    extent->line = number;
    line->leftwards |= extent->leftwards;
    widen(line, extent);
    return true;
}

/* The strips that make one line with strip i; to and fro, as they may be drawn from either end. */
static void gather(size_t i, size_t count, uint32_t number)
{
    struct extent line = extents[i];
    bool more = true;

    extents[i].line = number;
    for (unsigned round = 0; more && round < ROUNDS_MOST; round++) {
        more = false;
        for (size_t k = 0; k < count; k++)
            more |= take_in(&line, k, number);
        for (size_t k = count; k > 0; k--)
            more |= take_in(&line, k - 1, number);
    }
}

/* The line stands where its first strip stood. */
static void join(struct strips *strips, const struct strip *old, size_t count, size_t first, size_t *used)
{
    struct strip *strip = &strips->strip[strips->count++];
    uint32_t number = extents[first].line;

    *strip = (struct strip){.from = (uint32_t)*used};
    for (size_t k = first; k < count; k++) {
        if (k != first && (number == 0 || extents[k].line != number))
            continue;
        for (uint32_t i = 0; i < old[k].count; i++)
            strips->order[(*used)++] = old[k].from + i;
        extents[k].joined = true;
        if (number == 0)
            break;
    }
    strip->count = (uint32_t)*used - strip->from;
}

static bool strip_leftwards(const struct strips *strips, const struct strip *strip,
                            const struct letters *letters)
{
    for (uint32_t i = strip->from; i < strip->from + strip->count; i++)
        if (order_leftwards(letters->letter[strips->order[i]].c))
            return true;
    return false;
}

static void settle_turned(struct letters *letters, const struct brackets *brackets)
{
    for (size_t i = 0; i < letters->count; i++) {
        FriBidiChar image;

        if (letters->letter[i].turned && brackets->shown >= brackets->meant &&
            fribidi_get_mirror_char(letters->letter[i].c, &image))
            letters->letter[i].c = image;
    }
}

static void join_and_order(struct strips *strips, struct letters *letters, bool rightwards)
{
    static struct strip old[LETTERS_MOST];
    struct brackets brackets = {0, 0};
    size_t count = strips->count, used = 0;

    memcpy(old, strips->strip, count * sizeof *old);
    for (size_t i = 0; i < count; i++)
        measure(&extents[i], letters, &old[i]);
    for (size_t i = 0; i < count; i++)
        if (extents[i].leftwards && extents[i].line == 0)
            gather(i, count, (uint32_t)i + 1);
    strips->count = 0;
    for (size_t i = 0; i < count; i++)
        if (!extents[i].joined)
            join(strips, old, count, i, &used);
    for (size_t i = 0; i < strips->count; i++) {
        const struct strip *strip = &strips->strip[i];

        if (strip->count <= LINE_MOST && strip_leftwards(strips, strip, letters) &&
            !letters->letter[strips->order[strip->from]].downwards)
            order_line(letters, strips->order + strip->from, strip->count, rightwards, &brackets);
    }
    settle_turned(letters, &brackets);
}

void strips_make(struct strips *strips, struct letters *letters)
{
    size_t left = 0, right = 0;

    make_strips(strips, letters);
    for (size_t i = 0; i < strips->count; i++)
        scripts_part(letters, strips->strip[i].from, strips->strip[i].count);
    for (size_t i = 0; i < letters->count; i++) {
        bool leftwards = order_leftwards(letters->letter[i].c);

        left += leftwards;
        right += !leftwards && char_is_letter(letters->letter[i].c);
    }
    strips->leftwards = left > right;
    if (left > 0 && strips->count <= STRIPS_MOST)
        join_and_order(strips, letters, right > left);
}

/* text_runs - see text_runs.h */
#include "stages/rasterizer/text_runs.h"

#include <fribidi.h>
#include <math.h>
#include <string.h>

#include "stages/lib/text/char_class.h"
#include "stages/rasterizer/bidi_order.h"
#include "stages/rasterizer/superscripts.h"

enum { MAX_RUNS = 4096, MAX_LINE = 4096, MAX_ROUNDS = 16 }; /* beyond, all stays as it was drawn */

/* In parts of the letter's size: what is a space between letters, what a new column, what a new line. */
static const float min_space = 0.15f, max_jump = 0.8f, max_rise = 0.8f;

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

    if (pen->last == NULL || !same_way(pen->last, letter) || !(rise < max_rise) || !(fabsf(ahead) < max_jump))
        return false;
    letter->gap = ahead > min_space && !letter->downwards && pen->last->c != ' ' &&
                  (spaced(pen->last->c) || spaced(letter->c));
    return true;
}

static void make_strips(struct text_runs *runs, struct letters *letters)
{
    struct pen pen = {.last = NULL};

    runs->count = 0;
    for (size_t i = 0; i < letters->count; i++) {
        struct letter *letter = &letters->letter[i];

        runs->order[i] = (uint32_t)i;
        letter->gap = false;
        if ((letter->joined && runs->count > 0) || goes_on(&pen, letter))
            runs->run[runs->count - 1].count++;
        else
            runs->run[runs->count++] = (struct text_run){(uint32_t)i, 1};
        if (letter->joined && pen.last != NULL)
            continue;
        pen = (struct pen){letter->x + letter->ux * letter->advance, letter->y + letter->uy * letter->advance,
                           letter};
    }
}

/* ---- from right to left ---- */

/* What is to be known of a run to see which others stand beside it. */
struct extent {
    const struct letter *first;
    float left, right, size; /* along its direction, from the first letter of the page */
    bool leftwards, joined;
    uint32_t line; /* the number of the line it belongs to; 0: it stands alone */
};

static struct extent extents[MAX_LETTERS];

static void measure(struct extent *extent, const struct letters *letters, const struct text_run *run)
{
    *extent = (struct extent){.first = &letters->letter[run->from], .left = INFINITY, .right = -INFINITY};
    for (uint32_t i = run->from; i < run->from + run->count; i++) {
        const struct letter *letter = &letters->letter[i];
        float at = letter->x * extent->first->ux + letter->y * extent->first->uy;

        extent->left = fminf(extent->left, at);
        extent->right = fmaxf(extent->right, at + letter->advance);
        extent->size = fmaxf(extent->size, letter->size);
        extent->leftwards |= char_is_right_to_left(letter->c);
    }
}

/* On one base line, and no farther apart than two words. */
static bool beside(const struct extent *a, const struct extent *b)
{
    float x = b->first->x - a->first->x, y = b->first->y - a->first->y, size = fmaxf(a->size, b->size);
    float rise = fabsf(y * a->first->ux - x * a->first->uy);

    return same_way(a->first, b->first) && rise <= 0.3f * size && b->left <= a->right + max_jump * size &&
           b->right >= a->left - max_jump * size;
}

static void widen(struct extent *extent, const struct extent *more)
{
    extent->left = fminf(extent->left, more->left);
    extent->right = fmaxf(extent->right, more->right);
    extent->size = fmaxf(extent->size, more->size);
}

/* Adds a run to the line if it stands beside it, and the one or the other has leftward letters. */
static bool add_to_line(struct extent *line, size_t k, uint32_t number)
{
    struct extent *extent = &extents[k];

    if (extent->line != 0 || !beside(line, extent) || !(line->leftwards || extent->leftwards))
        return false;
    extent->line = number;
    line->leftwards |= extent->leftwards;
    widen(line, extent);
    return true;
}

/* The runs that make one line with run i; to and fro, as they may be drawn from either end. */
static void gather(size_t i, size_t count, uint32_t number)
{
    struct extent line = extents[i];
    bool more = true;

    extents[i].line = number;
    for (unsigned round = 0; more && round < MAX_ROUNDS; round++) {
        more = false;
        for (size_t k = 0; k < count; k++)
            more |= add_to_line(&line, k, number);
        for (size_t k = count; k > 0; k--)
            more |= add_to_line(&line, k - 1, number);
    }
}

/* The line stands where its first run stood. */
static void join(struct text_runs *runs, const struct text_run *old, size_t count, size_t first, size_t *used)
{
    struct text_run *run = &runs->run[runs->count++];
    uint32_t number = extents[first].line;

    *run = (struct text_run){.from = (uint32_t)*used};
    for (size_t k = first; k < count; k++) {
        if (k != first && (number == 0 || extents[k].line != number))
            continue;
        for (uint32_t i = 0; i < old[k].count; i++)
            runs->order[(*used)++] = old[k].from + i;
        extents[k].joined = true;
        if (number == 0)
            break;
    }
    run->count = (uint32_t)*used - run->from;
}

static bool strip_leftwards(const struct text_runs *runs, const struct text_run *run,
                            const struct letters *letters)
{
    for (uint32_t i = run->from; i < run->from + run->count; i++)
        if (char_is_right_to_left(letters->letter[runs->order[i]].c))
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

static void join_and_order(struct text_runs *runs, struct letters *letters, bool rightwards)
{
    static struct text_run old[MAX_LETTERS];
    struct brackets brackets = {0, 0};
    size_t count = runs->count, used = 0;

    memcpy(old, runs->run, count * sizeof *old);
    for (size_t i = 0; i < count; i++)
        measure(&extents[i], letters, &old[i]);
    for (size_t i = 0; i < count; i++)
        if (extents[i].leftwards && extents[i].line == 0)
            gather(i, count, (uint32_t)i + 1);
    runs->count = 0;
    for (size_t i = 0; i < count; i++)
        if (!extents[i].joined)
            join(runs, old, count, i, &used);
    for (size_t i = 0; i < runs->count; i++) {
        const struct text_run *run = &runs->run[i];

        if (run->count <= MAX_LINE && strip_leftwards(runs, run, letters) &&
            !letters->letter[runs->order[run->from]].downwards)
            bidi_order_line(letters, runs->order + run->from, run->count, rightwards, &brackets);
    }
    settle_turned(letters, &brackets);
}

void text_runs_make(struct text_runs *runs, struct letters *letters)
{
    size_t left = 0, right = 0;

    make_strips(runs, letters);
    for (size_t i = 0; i < runs->count; i++)
        superscripts_part(letters, runs->run[i].from, runs->run[i].count);
    for (size_t i = 0; i < letters->count; i++) {
        bool leftwards = char_is_right_to_left(letters->letter[i].c);

        left += leftwards;
        right += !leftwards && char_is_letter(letters->letter[i].c);
    }
    runs->leftwards = left > right;
    if (left > 0 && runs->count <= MAX_RUNS)
        join_and_order(runs, letters, right > left);
}

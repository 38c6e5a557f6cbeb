/* duplicate_letters - see duplicate_letters.h
 *
 * A letter repeats an earlier one if it is the same, as big and as good as in the same place.  A shadow
 * stands farther off; there a single letter proves nothing, but two in a row that are off by the same way do.
 */
#include "stages/rasterizer/duplicate_letters.h"

#include <math.h>
#include <string.h>

enum { BUCKETS = 1 << 14, CELL = 16, NONE = -1, MAX_CELLS = 4, MAX_LOOKS = 512, HEAP = 4 };

/* In parts of the letter's size. */
static const float max_bold = 0.1f, max_shadow = 0.35f, alike = 0.03f;

/* Earlier letters by the square they stand in. */
static struct {
    int32_t first[BUCKETS], next[MAX_LETTERS];
    int32_t of[MAX_LETTERS]; /* the letter that this one might repeat, off by a shadow's way */
} squares;

static uint32_t bucket(int32_t column, int32_t row)
{
    return ((uint32_t)column * 73856093u ^ (uint32_t)row * 19349663u) % BUCKETS;
}

static int32_t cell(float at)
{
    return (int32_t)floorf(fminf(fmaxf(at, -1e6f), 1e6f) / CELL);
}

static bool like(const struct letter *a, const struct letter *b)
{
    return a->c == b->c && fabsf(a->size - b->size) <= 0.05f * a->size &&
           a->ux * b->ux + a->uy * b->uy > 0.99f;
}

static float distance(const struct letter *a, const struct letter *b)
{
    return hypotf(a->x - b->x, a->y - b->y);
}

/* Along and across the letter's direction it must be nearer than the next letter could be. */
static bool in_place(const struct letter *a, const struct letter *b)
{
    float max = fmaxf(fminf(max_bold * a->size, 0.45f * fabsf(a->advance)), 0.02f * a->size);

    return distance(a, b) <= max;
}

static int32_t nearest(const struct letters *letters, size_t i)
{
    const struct letter *letter = &letters->letter[i];
    float max = max_shadow * letter->size, best = max;
    int32_t reach = (int32_t)(max / CELL) + 1, found = NONE;
    unsigned looks = 0;

    if (reach > MAX_CELLS)
        reach = MAX_CELLS;
    for (int32_t row = cell(letter->y) - reach; row <= cell(letter->y) + reach; row++)
        for (int32_t column = cell(letter->x) - reach; column <= cell(letter->x) + reach; column++)
            for (int32_t k = squares.first[bucket(column, row)]; k != NONE && looks < MAX_LOOKS;
                 k = squares.next[k], looks++)
                if (like(letter, &letters->letter[k]) && distance(letter, &letters->letter[k]) <= best) {
                    best = distance(letter, &letters->letter[k]);
                    found = k;
                }
    return found;
}

static void remember(const struct letters *letters, size_t i)
{
    uint32_t at = bucket(cell(letters->letter[i].x), cell(letters->letter[i].y));

    squares.next[i] = squares.first[at];
    squares.first[at] = (int32_t)i;
}

/* Do two neighbours repeat two neighbours, off by the same way? */
static bool pair(const struct letters *letters, size_t a, size_t b)
{
    const struct letter *l = letters->letter;
    int32_t of_a = squares.of[a], of_b = squares.of[b];

    if (of_a == NONE || of_b == NONE || of_b == of_a || (size_t)of_b == a)
        return false;
    return fabsf((l[a].x - l[of_a].x) - (l[b].x - l[of_b].x)) <= alike * l[a].size &&
           fabsf((l[a].y - l[of_a].y) - (l[b].y - l[of_b].y)) <= alike * l[a].size &&
           hypotf(l[a].x - l[of_a].x, l[a].y - l[of_a].y) < hypotf(l[a].x - l[b].x, l[a].y - l[b].y);
}

/* Letters without a width lie on one heap: there being in place says nothing. */
static bool heaped(const struct letters *letters, size_t i)
{
    const struct letter *letter = &letters->letter[i];

    for (size_t k = i; k > 0 && i - k < HEAP; k--)
        if (letters->letter[k - 1].c != letter->c && in_place(letter, &letters->letter[k - 1]))
            return true;
    return false;
}

static void keep(struct letters *letters, const bool *out)
{
    size_t used = 0;

    for (size_t i = 0; i < letters->count; i++)
        if (!out[i])
            letters->letter[used++] = letters->letter[i];
    letters->count = used;
}

void duplicate_letters_drop(struct letters *letters)
{
    static bool out[MAX_LETTERS];
    size_t last = 0;
    bool any = false;

    memset(squares.first, 0xff, sizeof squares.first);
    memset(out, 0, letters->count * sizeof *out);
    for (size_t i = 0; i < letters->count; i++) {
        const struct letter *letter = &letters->letter[i];

        squares.of[i] = NONE;
        if (letter->joined) {
            out[i] = i > 0 && out[i - 1];
            continue;
        }
        squares.of[i] = nearest(letters, i);
        out[i] =
            squares.of[i] != NONE && in_place(letter, &letters->letter[squares.of[i]]) && !heaped(letters, i);
        if (!out[i] && i > 0 && pair(letters, last, i)) {
            out[i] = true;
            for (size_t k = last; k < i; k++)
                out[k] = true;
        }
        any |= out[i];
        if (!out[i] || squares.of[i] == NONE)
            remember(letters, i);
        last = i;
    }
    if (any)
        keep(letters, out);
}

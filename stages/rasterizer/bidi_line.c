/* bidi_line - see bidi_line.h */
#include "stages/rasterizer/bidi_line.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <fribidi.h>

#include "stages/lib/text/char_class.h"

enum { GAP_PERCENT = 15 };

static enum bidi_kind kind_of(uint32_t c)
{
    FriBidiCharType type = fribidi_get_bidi_type(c);

    if (c == ' ' || c == 0xa0)
        return BIDI_SPACE;
    if (char_is_right_to_left(c))
        return BIDI_LEFTWARDS;
    if (FRIBIDI_IS_NUMBER(type))
        return BIDI_NUMBER;
    return type == FRIBIDI_TYPE_LTR ? BIDI_RIGHTWARDS : BIDI_SIGN;
}

static bool is_leftwards(enum bidi_kind kind)
{
    return kind == BIDI_LEFTWARDS;
}

bool bidi_is_island(enum bidi_kind kind)
{
    return kind == BIDI_RIGHTWARDS || kind == BIDI_NUMBER;
}

/* A mark with a glyph of its own, which stands at another letter. */
static bool is_floating_mark(const struct letter *letter)
{
    return letter->middle != 0 && !letter->joined;
}

static float along(const struct letter *letter, const struct letter *origin)
{
    return (letter->x - origin->x) * origin->ux + (letter->y - origin->y) * origin->uy;
}

static void add_piece(struct bidi_line *line, const struct letter *letter, const struct letter *origin,
                      uint32_t from)
{
    struct bidi_piece *piece = &line->piece[line->count++];
    float at = along(letter, origin), end = at + letter->advance;

    if (letter->c == 0x200c || letter->c == 0x200d) /* has no width, and stands before what it touches */
        end = at -= letter->size / 20;

    *piece = (struct bidi_piece){.left = fminf(at, end),
                                 .right = fmaxf(at, end),
                                 .c = letter->c,
                                 .from = from,
                                 .count = 1,
                                 .kind = kind_of(letter->c)};
}

/* The piece whose middle is nearest to a mark's ink; the leftmost of equals. */
static struct bidi_piece *piece_under(struct bidi_line *line, float ink)
{
    struct bidi_piece *best = NULL;
    float min = 0;

    for (size_t i = 0; i < line->count; i++) {
        struct bidi_piece *piece = &line->piece[i];
        float off = fabsf((piece->left + piece->right) / 2 - ink);

        if (piece->kind == BIDI_SPACE || ink < piece->left - (piece->right - piece->left) ||
            ink > piece->right + (piece->right - piece->left))
            continue;
        if (best == NULL || off < min) {
            best = piece;
            min = off;
        }
    }
    return best;
}

static int by_place(const void *a, const void *b)
{
    const struct bidi_piece *one = a, *other = b;

    if (one->left != other->left)
        return one->left < other->left ? -1 : 1;
    return (one->from > other->from) - (one->from < other->from);
}

/* Letters into pieces, marks aside; used is how many indexes the copy has. */
static size_t add_glyphs(struct bidi_line *line, const uint32_t *order, size_t count)
{
    const struct letter *letters = line->letters->letter, *origin = &letters[order[0]];
    bool floating = false;
    size_t used = 0;

    for (size_t i = 0; i < count; i++) {
        const struct letter *letter = &letters[order[i]];

        floating = letter->joined ? floating : is_floating_mark(letter);
        if (floating)
            continue;
        line->copy[used] = order[i];
        if (letter->joined && line->count > 0)
            line->piece[line->count - 1].count++;
        else
            add_piece(line, letter, origin, (uint32_t)used);
        line->arabic |= letter->c >= 0x600 && letter->c < 0x700 && char_is_right_to_left(letter->c);
        used++;
    }
    return used;
}

/* How many letters of the order are one glyph, from i on. */
static size_t glyph_size(struct bidi_line *line, const uint32_t *order, size_t count, size_t i)
{
    size_t size = 1;

    while (i + size < count && line->letters->letter[order[i + size]].joined)
        size++;
    return size;
}

/* Each mark goes behind the letters of the piece it stands at. */
static void attach_marks(struct bidi_line *line, const uint32_t *order, size_t count, size_t used)
{
    const struct letter *letters = line->letters->letter, *origin = &letters[order[0]];

    for (size_t i = 0, size; i < count; i += size) {
        const struct letter *letter = &letters[order[i]];
        struct bidi_piece *piece;
        size_t end = used;

        size = glyph_size(line, order, count, i);
        if (!is_floating_mark(letter))
            continue;
        piece = piece_under(line, along(letter, origin) + letter->middle);
        if (piece == NULL) {
            add_piece(line, letter, origin, (uint32_t)used);
            piece = &line->piece[line->count - 1];
            piece->count = 0;
        } else {
            end = piece->from + piece->count;
            memmove(&line->copy[end + size], &line->copy[end], (used - end) * sizeof *line->copy);
            for (size_t k = 0; k < line->count; k++)
                line->piece[k].from += line->piece[k].from >= end ? (uint32_t)size : 0;
        }
        memcpy(&line->copy[end], &order[i], size * sizeof *order);
        piece->count += (uint32_t)size;
        used += size;
    }
}

/* A space where two pieces stand apart and none is written. */
static void add_gaps(struct bidi_line *line, float size)
{
    size_t glyphs = line->count;
    float right = line->piece[0].right;

    for (size_t i = 1; i < glyphs; i++) {
        const struct bidi_piece *before = &line->piece[i - 1], *piece = &line->piece[i];

        if ((piece->left - right) * 100 > GAP_PERCENT * size && before->kind != BIDI_SPACE &&
            piece->kind != BIDI_SPACE)
            line->piece[line->count++] = (struct bidi_piece){
                .left = (piece->left + right) / 2, .right = piece->left, .c = ' ', .kind = BIDI_SPACE};
        right = fmaxf(right, piece->right);
    }
    qsort(line->piece, line->count, sizeof *line->piece, by_place);
}

/* Are neighbours of one kind drawn from the right, most of them? */
static bool drawn_leftwards(struct bidi_line *line, bool (*of_kind)(enum bidi_kind kind))
{
    size_t leftwards = 0, rightwards = 0;

    for (size_t i = 1; i < line->count; i++) {
        const struct bidi_piece *a = &line->piece[i - 1], *b = &line->piece[i];

        if (!of_kind(a->kind) || !of_kind(b->kind))
            continue;
        leftwards += line->copy[b->from] < line->copy[a->from];
        rightwards += line->copy[b->from] > line->copy[a->from];
    }
    return leftwards > rightwards;
}

void bidi_line_read(struct bidi_line *line, struct letters *letters, const uint32_t *order, size_t count)
{
    float size = 0;
    size_t used;

    line->letters = letters;
    line->count = 0;
    line->arabic = false;
    used = add_glyphs(line, order, count);
    attach_marks(line, order, count, used);
    qsort(line->piece, line->count, sizeof *line->piece, by_place);
    for (size_t i = 0; i < count; i++)
        size = fmaxf(size, letters->letter[order[i]].size);
    line->logical = drawn_leftwards(line, is_leftwards);
    line->reversed = drawn_leftwards(line, bidi_is_island);
    if (line->count > 0)
        add_gaps(line, size);
}

/* bidi_order - see bidi_order.h
 *
 * Pieces (bidi_line.h) come from left to right: islands (bidi_islands.h) are read rightwards, all else is
 * read leftwards.  So the whole is turned round, and then each island back.
 */
#include "stages/rasterizer/bidi_order.h"

#include <fribidi.h>

#include "stages/rasterizer/bidi_islands.h"
#include "stages/rasterizer/bidi_line.h"

enum { MAX_BRACKETS = 32 };

struct read_piece {
    const struct bidi_piece *piece;
    bool turned; /* read leftwards */
};

/* The pieces of a line in logical order. */
struct reading {
    struct read_piece at[2 * MAX_LETTERS];
    size_t count;
};

/* Too big for the stack of a jail. */
static struct bidi_line line;
static struct reading reading;

/* ---- turning ---- */

static void read_piece(size_t i, bool turned)
{
    reading.at[reading.count++] = (struct read_piece){&line.piece[i], turned};
}

/* Reads the pieces from..to leftwards, islands in them rightwards. */
static void read_leftwards(size_t from, size_t to)
{
    size_t first = reading.count, start, end;

    for (size_t at = from; at < to; at = end) {
        end = bidi_island_find(&line, at, to, &start);
        for (size_t i = at; i < start; i++)
            read_piece(i, true);
        for (size_t i = end; i > start; i--)
            read_piece(i - 1, false);
    }
    for (size_t a = first, b = reading.count; a + 1 < b; a++) {
        struct read_piece piece = reading.at[a];

        reading.at[a] = reading.at[--b];
        reading.at[b] = piece;
    }
}

/* Reads all rightwards but the phrases of leftward scripts. */
static void read_rightwards(void)
{
    for (size_t at = 0; at < line.count;) {
        size_t end = at, next = at;

        for (; next < line.count && line.piece[next].kind != BIDI_RIGHTWARDS &&
               (end > at || line.piece[next].kind == BIDI_LEFTWARDS);
             next++)
            if (line.piece[next].kind == BIDI_LEFTWARDS)
                end = next + 1;
        if (end > at)
            read_leftwards(at, end);
        else
            read_piece(end++, false);
        at = end;
    }
}

static bool ends_sentence(const struct bidi_piece *end, const struct bidi_piece *next)
{
    return (end->c == '.' || end->c == '!' || end->c == '?') && next->kind != BIDI_SPACE &&
           next->kind != BIDI_SIGN;
}

/* Is the line, as a whole, read rightwards? A bullet stands where it begins, a full stop where it ends. */
static bool reads_rightwards(bool around)
{
    const struct bidi_piece *first = line.piece, *last = &line.piece[line.count - 1];
    size_t left = 0, right = 0;
    bool bullet_left, bullet_right;

    for (size_t i = 0; i < line.count; i++) {
        right += line.piece[i].kind == BIDI_RIGHTWARDS;
        left += line.piece[i].kind == BIDI_LEFTWARDS;
    }
    if (line.count < 3 || right == 0)
        return false;
    bullet_left = first->kind == BIDI_SIGN && first[1].kind == BIDI_SPACE;
    bullet_right = last->kind == BIDI_SIGN && last[-1].kind == BIDI_SPACE;
    if (bullet_left != bullet_right && (bullet_left ? first : last)->c >= 0x2000)
        return bullet_left;
    if (ends_sentence(first, first + 1))
        return false;
    if (ends_sentence(last, last - 1) && right > left)
        return true;
    return around ? 2 * right >= left : right > 6 * left;
}

/* ---- brackets ---- */

static uint32_t mirror(uint32_t c)
{
    FriBidiChar image = c;

    fribidi_get_mirror_char(c, &image);
    return image;
}

/* Do the brackets of the line close in the order in which they open? None at all: false. */
static bool brackets_close(bool mirrored)
{
    static const uint32_t pairs[][2] = {{'(', ')'}, {'[', ']'}, {'{', '}'}, {0xab, 0xbb}};
    uint32_t open[MAX_BRACKETS];
    size_t depth = 0;
    bool any = false;

    for (size_t i = 0; i < reading.count; i++) {
        bool turned = reading.at[i].turned;
        uint32_t c = turned && mirrored ? mirror(reading.at[i].piece->c) : reading.at[i].piece->c;

        for (size_t k = 0; k < sizeof pairs / sizeof pairs[0]; k++) {
            if (c == pairs[k][0] && depth < MAX_BRACKETS)
                open[depth++] = pairs[k][1];
            else if (c == pairs[k][1] && (depth == 0 || open[--depth] != c))
                return false;
            any |= turned && (c == pairs[k][0] || c == pairs[k][1]);
        }
    }
    return any && depth == 0;
}

static void settle_brackets(struct brackets *brackets)
{
    bool shown = brackets_close(true), meant = brackets_close(false);

    brackets->shown += shown && !meant;
    brackets->meant += meant && !shown;
    for (size_t i = 0; i < reading.count; i++) {
        const struct bidi_piece *piece = reading.at[i].piece;
        struct letter *letter;

        if (!reading.at[i].turned || piece->count == 0 || mirror(piece->c) == piece->c)
            continue;
        letter = &line.letters->letter[line.copy[piece->from]];
        if (shown && !meant)
            letter->c = mirror(letter->c);
        else if (shown == meant)
            letter->turned = true;
    }
}

void bidi_order_line(struct letters *letters, uint32_t *order, size_t count, bool rightwards,
                     struct brackets *brackets)
{
    bool gap = false;
    size_t used = 0;

    bidi_line_read(&line, letters, order, count);
    reading.count = 0;
    if (line.count == 0)
        return;
    if (reads_rightwards(rightwards))
        read_rightwards();
    else
        read_leftwards(0, line.count);
    settle_brackets(brackets);
    for (size_t i = 0; i < reading.count; i++) {
        const struct bidi_piece *piece = reading.at[i].piece;

        for (uint32_t k = 0; k < piece->count; k++) {
            order[used] = line.copy[piece->from + k];
            letters->letter[order[used++]].gap = k == 0 && gap;
        }
        gap = piece->count == 0;
    }
}

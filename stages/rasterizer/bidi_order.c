/* bidi_order - see bidi_order.h
 *
 * The line is seen as pieces: a glyph with its marks, or the space between two.  From left to right come
 * islands that are read rightwards (words of such scripts, numbers, what stands between them), all else is
 * read leftwards: the whole is turned round, and then each island back.
 */
#include "stages/rasterizer/bidi_order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <fribidi.h>

enum { GAP_PERCENT = 15, MAX_JOIN = 4, MAX_BRACKETS = 32 };

/* What a piece is to the algorithm. */
enum kind { SPACE, LEFTWARDS, RIGHTWARDS, NUMBER, SIGN };

struct piece {
    float left, right;
    uint32_t c, from, count; /* its letters in the copy of the order; count 0: a space between pieces */
    enum kind kind;
};

struct line {
    struct letters *letters;
    uint32_t copy[MAX_LETTERS];
    struct piece piece[2 * MAX_LETTERS];
    uint32_t reading[2 * MAX_LETTERS]; /* pieces in logical order */
    bool turned[2 * MAX_LETTERS];      /* read leftwards */
    size_t count, read;
    bool arabic;
    bool logical;  /* drawn in logical order */
    bool reversed; /* all of it drawn from the right: what came first says nothing */
};

static struct line line; /* too big for the stack of a jail */

bool bidi_order_leftwards(uint32_t c)
{
    FriBidiCharType type;

    if (c < 0x590)
        return false;
    type = fribidi_get_bidi_type(c);
    return type == FRIBIDI_TYPE_RTL || type == FRIBIDI_TYPE_AL;
}

static enum kind kind_of(uint32_t c)
{
    FriBidiCharType type;

    if (c == ' ' || c == 0xa0)
        return SPACE;
    type = fribidi_get_bidi_type(c);
    if (type == FRIBIDI_TYPE_RTL || type == FRIBIDI_TYPE_AL)
        return LEFTWARDS;
    if (FRIBIDI_IS_NUMBER(type))
        return NUMBER;
    return type == FRIBIDI_TYPE_LTR ? RIGHTWARDS : SIGN;
}

static bool is_leftwards(enum kind kind)
{
    return kind == LEFTWARDS;
}

static bool is_island(enum kind kind)
{
    return kind == RIGHTWARDS || kind == NUMBER;
}

/* ---- pieces ---- */

static bool floats(const struct letter *letter)
{
    return letter->middle != 0 && !letter->joined; /* a mark with a glyph of its own */
}

static float along(const struct letter *letter, const struct letter *origin)
{
    return (letter->x - origin->x) * origin->ux + (letter->y - origin->y) * origin->uy;
}

static void add_piece(const struct letter *letter, const struct letter *origin, uint32_t from)
{
    struct piece *piece = &line.piece[line.count++];
    float at = along(letter, origin), end = at + letter->advance;

    if (letter->c == 0x200c || letter->c == 0x200d) /* has no width, and stands before what it touches */
        end = at -= letter->size / 20;

    *piece = (struct piece){.left = fminf(at, end),
                            .right = fmaxf(at, end),
                            .c = letter->c,
                            .from = from,
                            .count = 1,
                            .kind = kind_of(letter->c)};
}

/* The piece whose middle is nearest to a mark's ink; the leftmost of equals. */
static struct piece *under(float ink)
{
    struct piece *best = NULL;
    float min = 0;

    for (size_t i = 0; i < line.count; i++) {
        struct piece *piece = &line.piece[i];
        float off = fabsf((piece->left + piece->right) / 2 - ink);

        if (piece->kind == SPACE || ink < piece->left - (piece->right - piece->left) ||
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
    const struct piece *one = a, *other = b;

    if (one->left != other->left)
        return one->left < other->left ? -1 : 1;
    return (one->from > other->from) - (one->from < other->from);
}

/* Letters into pieces, marks aside; used is how many indexes the copy has. */
static size_t take_glyphs(const uint32_t *order, size_t count)
{
    const struct letter *letters = line.letters->letter, *origin = &letters[order[0]];
    bool floating = false;
    size_t used = 0;

    for (size_t i = 0; i < count; i++) {
        const struct letter *letter = &letters[order[i]];

        floating = letter->joined ? floating : floats(letter);
        if (floating)
            continue;
        line.copy[used] = order[i];
        if (letter->joined && line.count > 0)
            line.piece[line.count - 1].count++;
        else
            add_piece(letter, origin, (uint32_t)used);
        line.arabic |= letter->c >= 0x600 && letter->c < 0x700 && bidi_order_leftwards(letter->c);
        used++;
    }
    return used;
}

/* How many letters of the order are one glyph, from i on. */
static size_t glyph_size(const uint32_t *order, size_t count, size_t i)
{
    size_t size = 1;

    while (i + size < count && line.letters->letter[order[i + size]].joined)
        size++;
    return size;
}

/* Each mark goes behind the letters of the piece it stands at. */
static void take_marks(const uint32_t *order, size_t count, size_t used)
{
    const struct letter *letters = line.letters->letter, *origin = &letters[order[0]];

    for (size_t i = 0, size; i < count; i += size) {
        const struct letter *letter = &letters[order[i]];
        struct piece *piece;
        size_t end = used;

        size = glyph_size(order, count, i);
        if (!floats(letter))
            continue;
        piece = under(along(letter, origin) + letter->middle);
        if (piece == NULL) {
            add_piece(letter, origin, (uint32_t)used);
            piece = &line.piece[line.count - 1];
            piece->count = 0;
        } else {
            end = piece->from + piece->count;
            memmove(&line.copy[end + size], &line.copy[end], (used - end) * sizeof *line.copy);
            for (size_t k = 0; k < line.count; k++)
                line.piece[k].from += line.piece[k].from >= end ? (uint32_t)size : 0;
        }
        memcpy(&line.copy[end], &order[i], size * sizeof *order);
        piece->count += (uint32_t)size;
        used += size;
    }
}

/* A space where two pieces stand apart and none is written. */
static void add_gaps(float size)
{
    size_t glyphs = line.count;
    float right = line.piece[0].right;

    for (size_t i = 1; i < glyphs; i++) {
        const struct piece *before = &line.piece[i - 1], *piece = &line.piece[i];

        if ((piece->left - right) * 100 > GAP_PERCENT * size && before->kind != SPACE && piece->kind != SPACE)
            line.piece[line.count++] = (struct piece){
                .left = (piece->left + right) / 2, .right = piece->left, .c = ' ', .kind = SPACE};
        right = fmaxf(right, piece->right);
    }
    qsort(line.piece, line.count, sizeof *line.piece, by_place);
}

/* Are neighbours of one kind drawn from the right, most of them? */
static bool drawn_leftwards(bool (*of_kind)(enum kind kind))
{
    size_t leftwards = 0, rightwards = 0;

    for (size_t i = 1; i < line.count; i++) {
        const struct piece *a = &line.piece[i - 1], *b = &line.piece[i];

        if (!of_kind(a->kind) || !of_kind(b->kind))
            continue;
        leftwards += line.copy[b->from] < line.copy[a->from];
        rightwards += line.copy[b->from] > line.copy[a->from];
    }
    return leftwards > rightwards;
}

static void take_line(struct letters *letters, const uint32_t *order, size_t count)
{
    float size = 0;
    size_t used;

    line.letters = letters;
    line.count = line.read = 0;
    line.arabic = false;
    used = take_glyphs(order, count);
    take_marks(order, count, used);
    qsort(line.piece, line.count, sizeof *line.piece, by_place);
    for (size_t i = 0; i < count; i++)
        size = fmaxf(size, letters->letter[order[i]].size);
    line.logical = drawn_leftwards(is_leftwards);
    line.reversed = drawn_leftwards(is_island);
    if (line.count > 0)
        add_gaps(size);
}

/* ---- islands ---- */

static bool one_of(uint32_t c, const char *signs)
{
    return c < 0x80 && c != 0 && strchr(signs, (int)c) != NULL;
}

static bool open_at(size_t i, size_t from, size_t to)
{
    return i < from || i >= to || line.piece[i].kind == SPACE;
}

/* The number that digits before (or from) a place make; -1: none. */
static long number_at(size_t i, size_t from, size_t to, int step)
{
    long value = 0, power = 1;
    unsigned digits = 0;

    for (; i >= from && i < to && line.piece[i].kind == NUMBER && digits < 9; i += (size_t)(long)step) {
        long digit = (long)line.piece[i].c & 0xf;

        value = step > 0 ? value * 10 + digit : value + power * digit;
        power *= 10;
        digits++;
    }
    return digits == 0 ? -1 : value;
}

/* Do two numbers with a dash between stand in the order in which they count? */
static bool counts(size_t end, size_t next, size_t from, size_t to)
{
    return number_at(end - 1, from, to, -1) < number_at(next, from, to, 1);
}

static bool is_dash(uint32_t c)
{
    return c == '-' || c == 0x2013 || c == 0x2014 || c == 0x2212;
}

/* Is the word that ends before end a unit, as behind a number? Its picture is "nm 7.5" where no one turned
 * it. */
static bool is_unit(size_t end, size_t from)
{
    static const char *const units[] = {"nm",   "mm",   "cm",  "m",   "km",  "kg",  "g",  "mg", "s",  "ms",
                                        "ns",   "Hz",   "kHz", "MHz", "GHz", "KB",  "kB", "MB", "GB", "TB",
                                        "V",    "kV",   "mV",  "W",   "kW",  "MW",  "eV", "J",  "kJ", "K",
                                        "Pa",   "kPa",  "px",  "pt",  "bit", "mol", "ml", "L",  "l",  "kbps",
                                        "Mbps", "Gbps", "dB",  "N",   "h",   "min", "A",  "mA"};
    char word[8];
    size_t start = end, used = 0;

    while (start > from && line.piece[start - 1].kind == RIGHTWARDS)
        start--;
    for (size_t i = start; i < end && used + 1 < sizeof word; i++)
        word[used++] = line.piece[i].c == 0xb5 || line.piece[i].c == 0x3bc
                           ? 'n'
                           : (char)line.piece[i].c; /* micro, too */
    word[used] = '\0';
    for (size_t i = 0; i < sizeof units / sizeof units[0] && used == end - start; i++)
        if (strcmp(word, units[i]) == 0)
            return true;
    return false;
}

static int depth_of(size_t from, size_t to)
{
    int depth = 0;

    for (size_t i = from; i < to; i++)
        depth += one_of(line.piece[i].c, "([{") - one_of(line.piece[i].c, ")]}");
    return depth;
}

/* Does a bracket close between that the island has not opened, and stands as if it opened, behind a space? It
 * is turned, and belongs to what is read leftwards. */
static bool turns(size_t start, size_t end, size_t next)
{
    for (size_t i = end + 1; i < next; i++)
        if (one_of(line.piece[i].c, ")]}") && line.piece[i - 1].kind == SPACE &&
            line.piece[i + 1].kind != SPACE && depth_of(start, i + 1) < 0)
            return true;
    return false;
}

/* Does an island from start to end go on at next, over the signs between? "MB 3" may be the picture of "3
 * MB", and then was drawn from right to left. */
static bool goes_on(size_t start, size_t end, size_t next, size_t from, size_t to)
{
    size_t between = next - end;
    uint32_t sign = line.piece[end].c;
    FriBidiCharType type;

    if (between == 0)
        return true;
    if (turns(start, end, next))
        return false;
    if (!line.reversed && line.copy[line.piece[next].from] < line.copy[line.piece[end - 1].from])
        return false;
    if (line.logical && !line.reversed && between <= MAX_JOIN)
        return true;
    if (line.piece[end - 1].kind == RIGHTWARDS && line.piece[next].kind == NUMBER && sign == ' ' &&
        is_unit(end, from))
        return false;
    if (line.piece[end - 1].kind == RIGHTWARDS || line.piece[next].kind == RIGHTWARDS)
        return between <= MAX_JOIN;
    if (between != 1)
        return between == 3 && is_dash(line.piece[end + 1].c) && counts(end, next, from, to);
    type = fribidi_get_bidi_type(sign);
    if (type == FRIBIDI_TYPE_CS)
        return true;
    if (is_dash(sign))
        return (type == FRIBIDI_TYPE_ES && !line.arabic) || counts(end, next, from, to);
    return type == FRIBIDI_TYPE_ES && !line.arabic;
}

/* Signs that belong to the island at its right end. */
static size_t widen_right(size_t start, size_t end, size_t from, size_t to)
{
    for (; end < to && line.piece[end].kind == SIGN; end++) {
        uint32_t c = line.piece[end].c;
        bool number = line.piece[end - 1].kind == NUMBER;
        bool unit = number && fribidi_get_bidi_type(c) == FRIBIDI_TYPE_ET && c != '#';
        bool closes = one_of(c, ")]}") && depth_of(start, end) > 0;
        size_t after = end + 1;

        while (after < to && one_of(line.piece[after].c, ".,:;!?+#*/_%"))
            after++;
        if (!unit && !closes && !(one_of(c, ".,:;!?+#*/_%") && open_at(after, from, to)))
            break;
    }
    return end;
}

/* Signs that belong to it at its left end. */
static size_t widen_left(size_t start, size_t end, size_t from, size_t to)
{
    uint32_t c = start > from ? line.piece[start - 1].c : 0;
    bool number = line.piece[start].kind == NUMBER, open = open_at(start - 2, from, to);

    if (start == from)
        return start;
    open = open || start - 1 == from;
    if (number && open && (is_dash(c) || c == '+' || c == 0xb1))
        return start - 1;
    if (number && (c == '$' || (c >= 0x20a0 && c <= 0x20cf) || c == 0xa3 || c == 0xa5))
        return start - 1;
    return one_of(c, "([{") && depth_of(start, end) < 0 ? start - 1 : start;
}

/* The first island in the pieces from..to: its end, and its beginning in *start; to if there is none. */
static size_t find_island(size_t from, size_t to, size_t *start)
{
    size_t at = from, end;

    while (at < to && !is_island(line.piece[at].kind))
        at++;
    *start = at;
    if (at == to)
        return to;
    end = at + 1;
    for (;;) {
        size_t next = end;

        while (next < to && (line.piece[next].kind == SPACE || line.piece[next].kind == SIGN))
            next++;
        if (next == to || !is_island(line.piece[next].kind) || !goes_on(at, end, next, from, to))
            break;
        end = next + 1;
    }
    end = widen_right(at, end, from, to);
    *start = widen_left(at, end, from, to);
    return end;
}

/* ---- turning ---- */

static void read_piece(size_t i, bool turned)
{
    line.turned[line.read] = turned;
    line.reading[line.read++] = (uint32_t)i;
}

/* Reads the pieces from..to leftwards, islands in them rightwards. */
static void read_leftwards(size_t from, size_t to)
{
    size_t first = line.read, start, end;

    for (size_t at = from; at < to; at = end) {
        end = find_island(at, to, &start);
        for (size_t i = at; i < start; i++)
            read_piece(i, true);
        for (size_t i = end; i > start; i--)
            read_piece(i - 1, false);
    }
    for (size_t a = first, b = line.read; a + 1 < b; a++) {
        uint32_t piece = line.reading[a];
        bool turned = line.turned[a];

        b--;
        line.reading[a] = line.reading[b];
        line.turned[a] = line.turned[b];
        line.reading[b] = piece;
        line.turned[b] = turned;
    }
}

/* Reads all rightwards but the phrases of leftward scripts. */
static void read_rightwards(void)
{
    for (size_t at = 0; at < line.count;) {
        size_t end = at, next = at;

        for (; next < line.count && line.piece[next].kind != RIGHTWARDS &&
               (end > at || line.piece[next].kind == LEFTWARDS);
             next++)
            if (line.piece[next].kind == LEFTWARDS)
                end = next + 1;
        if (end > at)
            read_leftwards(at, end);
        else
            read_piece(end++, false);
        at = end;
    }
}

static bool ends_sentence(const struct piece *end, const struct piece *next)
{
    return one_of(end->c, ".!?") && next->kind != SPACE && next->kind != SIGN;
}

/* Is the line, as a whole, read rightwards? A bullet stands where it begins, a full stop where it ends. */
static bool reads_rightwards(bool around)
{
    size_t left = 0, right = 0;
    bool bullet_left, bullet_right;

    for (size_t i = 0; i < line.count; i++) {
        right += line.piece[i].kind == RIGHTWARDS;
        left += line.piece[i].kind == LEFTWARDS;
    }
    if (line.count < 3 || right == 0)
        return false;
    bullet_left = line.piece[0].kind == SIGN && line.piece[1].kind == SPACE;
    bullet_right = line.piece[line.count - 1].kind == SIGN && line.piece[line.count - 2].kind == SPACE;
    if (bullet_left != bullet_right && (line.piece[bullet_left ? 0 : line.count - 1].c >= 0x2000))
        return bullet_left;
    if (ends_sentence(&line.piece[0], &line.piece[1]))
        return false;
    if (ends_sentence(&line.piece[line.count - 1], &line.piece[line.count - 2]) && right > left)
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
static bool closes(bool mirrored)
{
    static const uint32_t pairs[][2] = {{'(', ')'}, {'[', ']'}, {'{', '}'}, {0xab, 0xbb}};
    uint32_t open[MAX_BRACKETS];
    size_t depth = 0;
    bool any = false;

    for (size_t i = 0; i < line.read; i++) {
        const struct piece *piece = &line.piece[line.reading[i]];
        uint32_t c = line.turned[i] && mirrored ? mirror(piece->c) : piece->c;

        for (size_t k = 0; k < sizeof pairs / sizeof pairs[0]; k++) {
            if (c == pairs[k][0] && depth < MAX_BRACKETS)
                open[depth++] = pairs[k][1];
            else if (c == pairs[k][1] && (depth == 0 || open[--depth] != c))
                return false;
            any |= line.turned[i] && (c == pairs[k][0] || c == pairs[k][1]);
        }
    }
    return any && depth == 0;
}

static void settle_brackets(struct brackets *brackets)
{
    bool shown = closes(true), meant = closes(false);

    brackets->shown += shown && !meant;
    brackets->meant += meant && !shown;
    for (size_t i = 0; i < line.read; i++) {
        const struct piece *piece = &line.piece[line.reading[i]];
        struct letter *letter;

        if (!line.turned[i] || piece->count == 0 || mirror(piece->c) == piece->c)
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

    take_line(letters, order, count);
    if (line.count == 0)
        return;
    if (reads_rightwards(rightwards))
        read_rightwards();
    else
        read_leftwards(0, line.count);
    settle_brackets(brackets);
    for (size_t i = 0; i < line.read; i++) {
        const struct piece *piece = &line.piece[line.reading[i]];

        for (uint32_t k = 0; k < piece->count; k++) {
            order[used] = line.copy[piece->from + k];
            letters->letter[order[used++]].gap = k == 0 && gap;
        }
        gap = piece->count == 0;
    }
}

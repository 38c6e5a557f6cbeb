/* superscripts - see superscripts.h
 *
 * A run is seen as runs of letters of one size on one base line.  A run is a script of its neighbour if it
 * is smaller and stands higher or lower.
 */
#include "stages/rasterizer/superscripts.h"

#include <math.h>

#include <unictype.h>

#include "stages/lib/text/char_class.h"

struct run {
    size_t from, to; /* empty: there is none */
};

/* In parts of the base's size: how small a script is at most, how far off at least, and what is no
 * difference. */
static const float max_small = 0.85f, min_off = 0.08f, alike = 0.04f;

static float below(const struct letter *letter, const struct letter *base)
{
    return ((letter->y - base->y) * base->ux - (letter->x - base->x) * base->uy) / base->size;
}

static bool level(const struct letter *one, const struct letter *other)
{
    return fabsf(one->size - other->size) <= alike * other->size && fabsf(below(one, other)) <= alike;
}

static struct run run_at(const struct letters *letters, size_t from, size_t end)
{
    size_t to = from;

    while (to < end && (letters->letter[to].joined || level(&letters->letter[to], &letters->letter[from])))
        to++;
    return (struct run){from, to};
}

static bool some(const struct run *run)
{
    return run->to > run->from;
}

/* How far the run stands below the base as a script of it; 0: it is none. */
static float script_of(const struct letters *letters, const struct run *run, const struct run *base)
{
    const struct letter *letter = &letters->letter[run->from], *other = &letters->letter[base->from];
    float off = below(letter, other);

    if (!some(run) || !some(base) || letter->size > max_small * other->size || fabsf(off) < min_off)
        return 0;
    return off;
}

/* ---- letters ---- */

static bool blank(uint32_t c)
{
    return c == ' ' || c == 0xa0;
}

static bool ascii_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

static bool in_word(uint32_t c)
{
    return char_is_letter(c) || char_is_digit(c) || (c >= 0x1d400 && c <= 0x1d7ff);
}

/* Slanted letters are variables, upright ones may be a substance's. */
static bool upright(const struct letters *letters, const struct letter *letter)
{
    return char_is_letter(letter->c) && !(letters->faces > 0 && letters->face[letter->face].slanted);
}

/* Does the run stand directly behind the one before? */
static bool attached(const struct letters *letters, const struct run *before, const struct run *run)
{
    return some(before) && !letters->letter[run->from].gap && !blank(letters->letter[run->from].c) &&
           !blank(letters->letter[run->from - 1].c);
}

/* ---- where a word ends ---- */

/* "H2O", "Ca(OH)2", and the raised letter of "LaTeX": the word goes on behind the script. */
static bool inside_word(const struct letters *letters, const struct run *before, const struct run *run,
                        const struct run *after)
{
    const struct letter *last = &letters->letter[run->from - 1], *script = &letters->letter[run->from],
                        *next = &letters->letter[after->from];

    return level(&letters->letter[before->from], next) && upright(letters, next) && uc_is_upper(next->c) &&
           (upright(letters, last) || last->c == ')' || last->c == ']') &&
           (below(script, last) > 0 || char_is_letter(script->c));
}

/* The mass before the sign of an element, "14C". A footnote mark stands where a word begins, too, but has one
 * digit, or the word is longer. */
static bool isotope(const struct letters *letters, const struct run *run, const struct run *after)
{
    size_t size = 0;

    while (after->from + size < after->to && char_is_letter(letters->letter[after->from + size].c))
        size++;
    return size <= 2 && uc_is_upper(letters->letter[after->from].c) && run->to - run->from >= 2;
}

static bool ends_word(const struct letters *letters, const struct run *before, const struct run *run,
                      const struct run *after)
{
    uint32_t last = letters->letter[run->to - 1].c, next = letters->letter[after->from].c;

    if (script_of(letters, run, after) == 0 || !in_word(next) || blank(last) || last == '/' ||
        last == 0x2044 || last == '(' || last == '[')
        return false;
    if (attached(letters, before, run))
        return !inside_word(letters, before, run, after);
    return !isotope(letters, run, after);
}

/* ---- digits ---- */

static uint32_t raised(uint32_t c)
{
    static const uint16_t digits[] = {0x2070, 0xb9,   0xb2,   0xb3,   0x2074,
                                      0x2075, 0x2076, 0x2077, 0x2078, 0x2079};

    if (ascii_digit(c))
        return digits[c - '0'];
    return c == '+' ? 0x207a : c == '-' || c == 0x2212 ? 0x207b : 0;
}

static uint32_t lowered(uint32_t c)
{
    if (ascii_digit(c))
        return 0x2080 + c - '0';
    return c == '+' ? 0x208a : c == '-' || c == 0x2212 ? 0x208b : 0;
}

/* The digits of a run behind a digit: as what they are, or apart from it. The halves of a fraction are
 * apart. */
static void mark_digits(struct letters *letters, const struct run *before, const struct run *run,
                        const struct run *after)
{
    float off = script_of(letters, run, before);
    uint32_t (*form)(uint32_t) = off < 0 ? raised : lowered, next;
    bool whole = true, any = false;
    size_t to = run->to;

    if (off == 0 || !attached(letters, before, run) || !ascii_digit(letters->letter[run->from - 1].c))
        return;
    while (to > run->from + 1 && blank(letters->letter[to - 1].c))
        to--;
    next = some(after) && to == run->to ? letters->letter[after->from].c : ' ';
    for (size_t i = run->from; i < to; i++) {
        whole &= form(letters->letter[i].c) != 0 && !(i > run->from && letters->letter[i].gap);
        any |= ascii_digit(letters->letter[i].c);
    }
    if (!whole || !any || next == '/' || next == 0x2044) {
        letters->letter[run->from].gap = ascii_digit(letters->letter[run->from].c);
        return;
    }
    for (size_t i = run->from; i < to; i++)
        letters->letter[i].c = form(letters->letter[i].c);
}

void superscripts_part(struct letters *letters, size_t from, size_t count)
{
    struct run before = {0, 0}, run = run_at(letters, from, from + count), after;

    for (; some(&run); before = run, run = after) {
        after = run_at(letters, run.to, from + count);
        if (some(&after) && ends_word(letters, &before, &run, &after))
            letters->letter[after.from].gap = !blank(letters->letter[after.from].c);
        mark_digits(letters, &before, &run, &after);
    }
}

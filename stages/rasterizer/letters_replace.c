/* letters_replace - letters_replace: see letters.h */
#include "stages/rasterizer/letters.h"

#include <math.h>
#include <string.h>

#include "proto/utf8.h"
#include "stages/lib/text/char_class.h"

static bool blank(uint32_t c)
{
    return c <= ' ' || c == 0xa0;
}

/* Do the letters from from on say the same already, spaces aside? */
static bool same(const struct letters *letters, size_t from, const char *text, size_t size)
{
    size_t at = 0, i = from, step;
    uint32_t c;

    for (;;) {
        while (i < letters->count && blank(letters->letter[i].c))
            i++;
        do {
            step = at < size ? utf8_next(text + at, size - at, &c) : 0;
            at += step;
        } while (step > 0 && blank(c));
        if (step == 0 || i == letters->count)
            return step == 0 && i == letters->count;
        if (letters->letter[i++].c != c)
            return false;
    }
}

static size_t characters(const char *text, size_t size, bool *leftwards)
{
    size_t count = 0, step;
    uint32_t c;

    *leftwards = false;
    for (size_t at = 0; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step) {
        count++;
        *leftwards |= char_is_right_to_left(c);
    }
    return count;
}

static size_t glyphs(const struct letters *letters, size_t from)
{
    size_t count = 0;

    for (size_t i = from; i < letters->count; i++)
        count += !letters->letter[i].joined;
    return count;
}

/* One glyph as wide as all of them: what is written leftwards may be drawn in any order. */
static void melt(struct letters *letters, size_t from)
{
    struct letter *first = &letters->letter[from];
    float left = 0, right = first->advance;

    for (size_t i = from + 1; i < letters->count; i++) {
        const struct letter *letter = &letters->letter[i];
        float along = (letter->x - first->x) * first->ux + (letter->y - first->y) * first->uy;

        left = fminf(left, along);
        right = fmaxf(right, along + letter->advance);
    }
    first->x += left * first->ux;
    first->y += left * first->uy;
    first->advance = right - left;
    letters->count = from + 1;
}

/* From the beginning of one letter to the end of another on its line, along its direction. */
static float reach(const struct letter *first, const struct letter *last)
{
    float along = (last->x - first->x) * first->ux + (last->y - first->y) * first->uy + last->advance;

    return fmaxf(first->advance, along);
}

/* The characters shared out among the glyphs, in their order. */
static void share(struct letters *letters, size_t from, size_t places, const char *text, size_t size,
                  size_t count)
{
    static struct letter glyph[MAX_LETTERS];
    size_t used = 0, at = 0, next = 0;

    for (size_t i = from; i < letters->count; i++)
        if (!letters->letter[i].joined)
            glyph[used++] = letters->letter[i];
    letters->count = from;
    for (size_t i = 0; i < count && letters->count < MAX_LETTERS; i++) {
        size_t mine = i * places / count, after = (i + 1) * places / count;
        struct letter *letter = &letters->letter[letters->count++];
        uint32_t c = 0;

        at += utf8_next(text + at, size - at, &c);
        *letter = glyph[mine];
        letter->c = c;
        letter->joined = i > 0 && mine + 1 == next;
        letter->middle = 0;
        letter->advance = letter->joined ? 0 : reach(letter, &glyph[after > mine ? after - 1 : mine]);
        next = mine + 1;
    }
}

void letters_replace(struct letters *letters, size_t from, const char *text)
{
    size_t size = strlen(text), count;
    bool leftwards;

    if (from >= letters->count || !utf8_valid(text, size) || same(letters, from, text, size))
        return;
    if (letters->letter[from].joined)
        letters->letter[from].joined = false;
    count = characters(text, size, &leftwards);
    if (leftwards)
        melt(letters, from);
    if (count == 0)
        letters->count = from;
    else
        share(letters, from, glyphs(letters, from), text, size, count);
}

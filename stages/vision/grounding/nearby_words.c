/* nearby_words - see nearby_words.h */
#include "stages/vision/grounding/nearby_words.h"

#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/lib/text/char_class.h"

enum {
    WORDS_BEFORE = 3,
    WORDS_BEHIND = 2,
    WIDE_BEFORE = 8, /* Chinese and Japanese characters */
    WIDE_BEHIND = 6,
    STEM = 5,
    SHORTEST = 4,  /* letters of a word that counts */
    MAX_WORD = 64, /* characters; what is longer is no word */
    ABBREVIATED = 2
};

/* Words of four letters and beginnings of longer ones that stand beside anything. */
static bool says_nothing(const char *stem)
{
    static const char list[] =
        " about aroun nearl almos appro betwe rough exact least examp which there here these those this that "
        "with "
        "from have been were will each only some than then they also into over under more most when what "
        "while where after befor same slide sobre entre cerca aprox unos unas para como este esta pero ungef "
        "zwisc etwa rund eine einer einen nach beim wird sind sich oder auch envir presq dans avec pour leur "
        "circa quasi della nella sono come essa mais pelo pela foram około ";
    char key[4 * STEM + 3] = " ";

    strcat(strcat(key, stem), " ");
    return strstr(list, key) != NULL;
}

bool nearby_is_part(const struct plain_chars *t, size_t i)
{
    return plain_is_digit(t->c[i]) || (char_is_letter(t->c[i]) && !char_is_wide(t->c[i]));
}

static bool is_wide(const struct plain_chars *t, size_t i)
{
    return char_is_letter(t->c[i]) && char_is_wide(t->c[i]);
}

/* Is the full stop at i one of an abbreviation, as in e.g. or z. B.? */
static bool is_abbreviation(const struct plain_chars *t, size_t i)
{
    size_t letters = 0;

    while (letters <= ABBREVIATED && letters < i && char_is_letter(t->c[i - 1 - letters]))
        letters++;
    return letters > 0 && letters <= ABBREVIATED;
}

/* Does a thought end at that character, of a line or of a sentence? */
static bool is_end(const struct plain_chars *t, size_t i)
{
    uint32_t c = t->c[i];

    return c == '\n' || c == ';' || c == 0x3002 ||
           ((c == '.' || c == '!' || c == '?') &&
            (i + 1 == t->count || char_is_blank(t->c[i + 1]) || t->c[i + 1] == '\n') &&
            !(c == '.' && is_abbreviation(t, i)));
}

/* ---- spans ---- */

struct span nearby_thought(const struct plain_chars *t, size_t from, size_t to)
{
    struct span span = {from, to};

    while (span.from > 0 && from - span.from < MAX_THOUGHT && !is_end(t, span.from - 1))
        span.from--;
    while (span.to < t->count && span.to - to < MAX_THOUGHT && !is_end(t, span.to))
        span.to++;
    return span;
}

/* Where the word that ends before `to` begins, as far as it may reach back. */
static size_t word_begin(const struct plain_chars *t, size_t to)
{
    size_t from = to;

    while (from > 0 && to - from < MAX_WORD && nearby_is_part(t, from - 1))
        from--;
    return from;
}

static size_t word_end(const struct plain_chars *t, size_t from)
{
    size_t to = from;

    while (to < t->count && to - from <= MAX_WORD && nearby_is_part(t, to))
        to++;
    return to;
}

struct span nearby_before(const struct plain_chars *t, size_t from)
{
    struct span span = {from, from};
    unsigned words = 0, wide = 0;

    while (span.from > 0 && from - span.from < MAX_THOUGHT && words < WORDS_BEFORE && wide < WIDE_BEFORE &&
           !is_end(t, span.from - 1)) {
        size_t begin = word_begin(t, span.from);

        words += begin < span.from;
        wide += begin == span.from && is_wide(t, span.from - 1);
        span.from = begin < span.from ? begin : span.from - 1;
    }
    return span;
}

struct span nearby_behind(const struct plain_chars *t, size_t to)
{
    struct span span = {to, to};
    unsigned words = 0, wide = 0;

    while (span.to < t->count && span.to - to < MAX_THOUGHT && words < WORDS_BEHIND && wide < WIDE_BEHIND &&
           !is_end(t, span.to)) {
        size_t end = word_end(t, span.to);

        words += end > span.to;
        wide += end == span.to && is_wide(t, span.to);
        span.to = end > span.to ? end : span.to + 1;
    }
    return span;
}

/* ---- words ---- */

static uint64_t hash_of(const struct plain_chars *t, size_t from, size_t count)
{
    uint64_t hash = UINT64_C(14695981039346656037);

    for (size_t i = from; i < from + count; i++)
        hash = (hash ^ char_to_lower(t->c[i])) * UINT64_C(1099511628211);
    return hash;
}

/* DNA, CO2, GmbH not. */
static bool is_capitals(const struct plain_chars *t, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (!plain_is_digit(t->c[i]) && char_to_lower(t->c[i]) == t->c[i])
            return false;
    return to - from >= 2;
}

uint64_t nearby_stem(const struct plain_chars *t, size_t from, size_t *end)
{
    size_t to = word_end(t, from), size = to - from, kept = size < STEM ? size : STEM, used = 0;
    char stem[4 * STEM + 1];

    *end = to;
    if (size == 0 || size > MAX_WORD || plain_is_digit(t->c[from]) ||
        (size < SHORTEST && !is_capitals(t, from, to)))
        return 0;
    for (size_t i = from; i < from + kept; i++)
        used += utf8_put(stem + used, char_to_lower(t->c[i]));
    stem[used] = '\0';
    return says_nothing(stem) ? 0 : hash_of(t, from, kept);
}

/* What begins at `at` counts as; 0: nothing. end: where to go on. */
static uint64_t stem_at(const struct plain_chars *t, size_t at, size_t to, size_t *end)
{
    *end = at + 1;
    if (nearby_is_part(t, at))
        return nearby_stem(t, at, end);
    return at + 1 < to && is_wide(t, at) && is_wide(t, at + 1) ? hash_of(t, at, 2) : 0;
}

void nearby_add(struct nearby_words *words, const struct plain_chars *t, struct span span)
{
    for (size_t at = span.from, end; at < span.to && words->count < MAX_NEARBY; at = end) {
        uint64_t stem = stem_at(t, at, span.to, &end);

        if (stem != 0)
            words->stems[words->count++] = stem;
    }
}

bool nearby_share(const struct nearby_words *a, const struct nearby_words *b)
{
    for (unsigned i = 0; i < a->count; i++)
        for (unsigned k = 0; k < b->count; k++)
            if (a->stems[i] == b->stems[k])
                return true;
    return false;
}

static int by_value(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

    return left < right ? -1 : left > right;
}

struct word_list nearby_list(const struct plain_chars *t)
{
    struct word_list list = {need((t->count + 1) * sizeof *list.stems), 0};

    for (size_t at = 0, end; at < t->count; at = end) {
        uint64_t stem = stem_at(t, at, t->count, &end);

        if (stem != 0)
            list.stems[list.count++] = stem;
    }
    qsort(list.stems, list.count, sizeof *list.stems, by_value);
    return list;
}

unsigned nearby_beyond(const struct nearby_words *words, const struct word_list *list)
{
    unsigned count = 0;

    for (unsigned i = 0; i < words->count; i++)
        count += bsearch(&words->stems[i], list->stems, list->count, sizeof *list->stems, by_value) == NULL;
    return count;
}

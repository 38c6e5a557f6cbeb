/* topic_overlap - see topic_overlap.h */
#include "stages/vision/grounding/topic_overlap.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/lib/text/char_class.h"

enum { STEM = 5, WORD = 4, WIDE = 2, ABBREVIATION = 2, FIGURES = 2 };

/* Words of four or five letters that say nothing. */
static const char *const fillers[] = {
    "this",  "that",  "with",  "from",  "they",  "them",  "then",  "than",  "have",  "here",  "were",
    "been",  "what",  "when",  "will",  "your",  "into",  "also",  "each",  "more",  "most",  "such",
    "some",  "only",  "para",  "como",  "esta",  "este",  "esto",  "pero",  "todo",  "cada",  "sind",
    "eine",  "oder",  "auch",  "wird",  "über",  "dass",  "mais",  "avec",  "pour",  "dans",  "sont",
    "elle",  "être",  "sono",  "come",  "isso",  "which", "about", "their", "there", "these", "those",
    "where", "would", "could", "other", "after", "every", "while", "being", "since", "nicht", "einer",
    "einen", "diese", "sobre", "entre", "quand", "nella", "della",
};

/* What is compared: hashes of stems, sorted. */
struct marks {
    uint64_t *mark;
    size_t count, room;
};

static void add_mark(struct marks *marks, const uint32_t *letters, size_t count)
{
    uint64_t hash = UINT64_C(14695981039346656037);

    for (size_t i = 0; i < count; i++)
        hash = (hash ^ char_to_lower(letters[i])) * UINT64_C(1099511628211);
    if (marks->count == marks->room) {
        marks->room = 2 * marks->room + 64;
        marks->mark = need_more(marks->mark, marks->room * sizeof *marks->mark);
    }
    marks->mark[marks->count++] = hash;
}

/* A word as it stands: its first letters, how many there are, how many of them are capitals or digits. */
struct word {
    uint32_t letters[STEM];
    size_t size, capitals, digits;
};

static bool is_filler(const struct word *word)
{
    char text[4 * STEM + 1];
    size_t used = 0;

    for (size_t i = 0; i < word->size; i++)
        used += utf8_put(text + used, char_to_lower(word->letters[i]));
    text[used] = '\0';
    for (size_t i = 0; i < sizeof fillers / sizeof *fillers; i++)
        if (strcmp(text, fillers[i]) == 0)
            return true;
    return false;
}

static void add_word(struct marks *marks, const struct word *word)
{
    size_t kept = word->size < STEM ? word->size : STEM;
    bool abbreviation = word->size >= ABBREVIATION && word->size < STEM && word->capitals == word->size;
    bool number = word->size >= FIGURES && word->digits == word->size;

    if (word->size > STEM || abbreviation || number ||
        ((word->size == WORD || word->size == STEM) && !is_filler(word)))
        add_mark(marks, word->letters, kept);
}

static bool is_capital(uint32_t c)
{
    return char_is_letter(c) && char_to_lower(c) != c;
}

static struct marks marks_of(const char *text)
{
    size_t size = strlen(text), step;
    struct marks marks = {0};
    struct word word = {.size = 0};
    uint32_t c, before = 0;

    for (size_t at = 0; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step) {
        bool part = (char_is_letter(c) || char_is_digit(c)) && !char_is_wide(c);

        if (char_is_wide(c) && char_is_wide(before))
            add_mark(&marks, (const uint32_t[WIDE]){before, c}, WIDE);
        before = c;
        if (!part) {
            add_word(&marks, &word);
            word = (struct word){.size = 0};
            continue;
        }
        if (word.size < STEM)
            word.letters[word.size] = c;
        word.size++;
        word.capitals += is_capital(c);
        word.digits += char_is_digit(c);
    }
    add_word(&marks, &word);
    return marks;
}

static int by_value(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

    return left < right ? -1 : left > right;
}

bool topic_overlaps(const char *text, const char *slide)
{
    struct marks said = marks_of(text), shown = marks_of(slide);
    bool shares = false;

    if (shown.count > 0)
        qsort(shown.mark, shown.count, sizeof *shown.mark, by_value);
    for (size_t i = 0; i < said.count && !shares; i++)
        shares = shown.count > 0 &&
                 bsearch(&said.mark[i], shown.mark, shown.count, sizeof *shown.mark, by_value) != NULL;
    free(said.mark);
    free(shown.mark);
    return shares;
}

/* nearby_words - the words around a place in a text that say what it is about
 *
 * Pure.  A word counts by its first five letters, so that chromosome and chromosomes are one; short and
 * common ones do not, but abbreviations do. Of Chinese and Japanese, any two characters in a row are one.
 */
#ifndef STAGES_VISION_GROUNDING_NEARBY_WORDS_H
#define STAGES_VISION_GROUNDING_NEARBY_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stages/vision/grounding/plain_chars.h"

enum { MAX_NEARBY = 48, MAX_THOUGHT = 240 }; /* words kept; characters looked at in each direction */

struct nearby_words {
    uint64_t stems[MAX_NEARBY];
    unsigned count;
};

/* All words of a text, sorted. */
struct word_list {
    uint64_t *stems; /* free(3) */
    size_t count;
};

/* A run of characters. */
struct span {
    size_t from, to;
};

/* Part of a word of letters and digits? */
bool nearby_is_part(const struct plain_chars *t, size_t i);

/* The sentence or line around a place. */
struct span nearby_thought(const struct plain_chars *t, size_t from, size_t to);

/* The three words before it, the two behind it, in the same sentence. */
struct span nearby_before(const struct plain_chars *t, size_t from);
struct span nearby_behind(const struct plain_chars *t, size_t to);

/* Adds the words of a span. */
void nearby_add(struct nearby_words *words, const struct plain_chars *t, struct span span);

/* What the word that begins at from counts as, and where it ends; 0: it does not count. */
uint64_t nearby_stem(const struct plain_chars *t, size_t from, size_t *end);

bool nearby_share(const struct nearby_words *a, const struct nearby_words *b);

struct word_list nearby_list(const struct plain_chars *t);

/* How many of the words are not in the list? */
unsigned nearby_beyond(const struct nearby_words *words, const struct word_list *list);

#endif

/* word_set - the words of a text as a set, to see how much two texts have in common
 *
 * Words are folded (stages/lib/text/fold.h) and kept as hashes; where no blanks stand between words, each
 * pair of neighbouring characters is one.
 */
#ifndef STAGES_ASSEMBLER_CARDS_WORD_SET_H
#define STAGES_ASSEMBLER_CARDS_WORD_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct word {
    uint32_t hash;
    unsigned char weight; /* what it is worth to share: 0 (a, of), 1 (the, CPU), 2 (page), 3 (kernel) */
};

/* Sorted, each word once. */
struct word_set {
    struct word *words;
    size_t count;
};

/* The words of a text, which is valid UTF-8; word_set_add adds those of another. word_set_drop frees. */
void word_set_make(struct word_set *set, const char *text);
void word_set_add(struct word_set *set, const char *text);
void word_set_drop(struct word_set *set);

bool word_set_has(const struct word_set *set, const struct word *word);

/* Does the first have a word of at least that weight which the second lacks? */
bool word_set_has_more(const struct word_set *one, const struct word_set *two, unsigned weight);

/* How many words both have. */
size_t word_set_shared(const struct word_set *one, const struct word_set *two);

/* From 0, nothing in common, to 1, the same words. Two empty ones are not alike. */
double word_set_alike(const struct word_set *one, const struct word_set *two);

#endif

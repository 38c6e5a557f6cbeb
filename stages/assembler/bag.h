/* bag - the words of a text as a set, to see how much two texts have in common
 *
 * Words are folded (stages/lib/fold.h) and kept as hashes; where no blanks stand between words, each pair of
 * neighbouring characters is one.
 */
#ifndef STAGES_ASSEMBLER_BAG_H
#define STAGES_ASSEMBLER_BAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct word {
    uint32_t hash;
    unsigned char weight; /* what it is worth to share: 0 (a, of), 1 (the, CPU), 2 (page), 3 (kernel) */
};

/* Sorted, each word once. */
struct bag {
    struct word *words;
    size_t count;
};

/* valid UTF-8. bag_drop frees. */
void bag_make(struct bag *bag, const char *text);
void bag_add(struct bag *bag, const char *text);
void bag_drop(struct bag *bag);

bool bag_has(const struct bag *bag, const struct word *word);

/* Words of one that the other has, too. */
size_t bag_shared(const struct bag *one, const struct bag *two);

/* From 0, nothing in common, to 1, the same words. Two empty ones are not alike. */
double bag_alike(const struct bag *one, const struct bag *two);

#endif

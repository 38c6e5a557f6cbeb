/* previous_cards - cards that the lecture's previous run had already keep their names
 *
 * A card is the earlier one if it asks about the same concept under the same title; else if it asks the same
 * question, or nearly the same on the same slide, or about the same concept elsewhere, or if it says nearly
 * the same anywhere.  Each earlier card is found once, by the best of those that might be it, and a card with
 * gaps is never a plain one.
 */
#ifndef STAGES_ASSEMBLER_CARDS_PREVIOUS_CARDS_H
#define STAGES_ASSEMBLER_CARDS_PREVIOUS_CARDS_H

#include <stdbool.h>
#include <stddef.h>

#include "stages/assembler/lecture/lecture_model.h"

/* After all cards are named and dated: gives those that are known their earlier names, and to those that say
 * what they said their earlier dates.  No two cards end with the same name. */
void previous_take(struct lecture *lecture);

/* What cards are compared by. */
struct likeness {
    const char *title, *concept, *front, *back;
    enum card_kind kind;
};

enum { PREVIOUS_NONE = -1 };

/* Pure. mates[i]: which of the earlier cards the i-th card is; PREVIOUS_NONE: it is a new one. */
void previous_match(const struct likeness *cards, size_t count, const struct likeness *earlier,
                    size_t earlier_count, long *mates);

#endif

/* quantity - a number of a text with what it is of: its unit, its symbol, the words next to it
 *
 * Pure.
 */
#ifndef STAGES_VISION_GROUNDING_QUANTITY_H
#define STAGES_VISION_GROUNDING_QUANTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stages/vision/grounding/nearby_words.h"
#include "stages/vision/grounding/number_text.h"

enum { MAX_DIGITS = 24 };

/* Those of a number, without zeros in front and without its point. */
struct digits {
    char text[MAX_DIGITS];
    size_t count;
};

struct quantity {
    struct digits digits;
    uint64_t unit;   /* tells it from others; any word behind it that counts may be one. 0: it has none */
    uint64_t symbol; /* the letter it is equal to: g = 9.81; 0: none */
    bool year;       /* it may be one; then no unit */
    struct nearby_words near, line; /* words next to it, without the unit; of its sentence or line */
};

void quantity_read(struct quantity *quantity, const struct plain_chars *t, const struct number_text *number);

struct digits digits_of(const struct plain_chars *t, const struct number_text *number);
bool digits_equal(const struct digits *a, const struct digits *b);

/* Are they the same in the same order, or with two neighbours swapped? */
bool digits_misread(const struct digits *a, const struct digits *b);

#endif

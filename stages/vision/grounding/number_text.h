/* number_text - a number as a text writes it, and all that it may mean
 *
 * Pure.  1,000 is a thousand in English and one in German, 12.5.2024 is a date: every reading is kept.
 */
#ifndef STAGES_VISION_GROUNDING_NUMBER_TEXT_H
#define STAGES_VISION_GROUNDING_NUMBER_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "stages/vision/grounding/plain_chars.h"

enum { MAX_NUMBER_GROUPS = 8 };

/* One way to write a number down; what it may mean. */
struct number_text {
    size_t from, to; /* chars; to is behind a percent sign */
    double values[2];
    unsigned count;       /* of values; 0: a date, a version */
    unsigned decimals[2]; /* of each */
    double parts[MAX_NUMBER_GROUPS];
    unsigned part_count;
    bool percent;
};

/* Reads the number that begins with the digit at `at`. */
void number_text_read(const struct plain_chars *t, size_t at, struct number_text *n);

/* Is the number part of a name, an exponent or an index? */
bool number_text_in_name(const struct plain_chars *t, const struct number_text *n);

/* What the word behind the number multiplies it by: "5 million", "3k", "1.2万"; 1: nothing. */
double number_text_scale(const struct plain_chars *t, const struct number_text *n);

#endif

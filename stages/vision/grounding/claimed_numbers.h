/* claimed_numbers - the numbers of a text, and whether others vouch for them
 *
 * Pure.  1,000 and 1.000 and 1 000 are one number where they may be; so are 25 % and 0.25, and 5 million and
 * 5,000,000.  Digits that belong to a name (x86, COVID-19) are no numbers.
 */
#ifndef STAGES_VISION_GROUNDING_CLAIMED_NUMBERS_H
#define STAGES_VISION_GROUNDING_CLAIMED_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>

#include "stages/vision/grounding/plain_chars.h"

struct numbers; /* known ones */

struct numbers *numbers_new(void);
void numbers_free(struct numbers **numbers);

/* Adds every number of the text, also digits that belong to names: they may vouch. */
void numbers_learn(struct numbers *numbers, const struct plain_chars *text);

/* Adds one number. */
void numbers_add(struct numbers *numbers, double value);

/* Calls found with the place, in characters, of each number of the text that nothing vouches for. */
void numbers_check(const struct numbers *numbers, const struct plain_chars *text,
                   void (*found)(void *arg, size_t from, size_t to), void *arg);

#endif

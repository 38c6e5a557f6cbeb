/* claimed_formulas - formulas of a text whose symbols others do not know
 *
 * Pure.  The order of a formula is lost in most text layers, so its symbols count, not their places: a
 * formula is in doubt if the symbols of it stand nowhere else.  Where there is not one formula in the text
 * that vouches, they are pictures there, or were lost, and nothing is in doubt.
 */
#ifndef STAGES_VISION_GROUNDING_CLAIMED_FORMULAS_H
#define STAGES_VISION_GROUNDING_CLAIMED_FORMULAS_H

#include <stdbool.h>
#include <stddef.h>

#include "stages/vision/grounding/plain_chars.h"

struct symbols; /* of formulas, as the slide has them */

struct symbols *symbols_new(void);
void symbols_free(struct symbols **symbols);

/* Adds the symbols of all formulas in the text. */
void symbols_learn(struct symbols *symbols, const struct plain_chars *text);

/* Calls found with the place, in characters, of each formula of the text that is in doubt. */
void formulas_check(const struct symbols *symbols, const struct plain_chars *text,
                    void (*found)(void *arg, size_t from, size_t to), void *arg);

/* Is the first symbol of the formula between two characters one that they define? Then the formula says
 * something else of it than they do. */
bool formula_contradicts(const struct symbols *symbols, const struct plain_chars *text, size_t from,
                         size_t to);

#endif

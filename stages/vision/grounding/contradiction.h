/* contradiction - does a claim say something else than the slide, rather than more?
 *
 * Pure.  Called for claims that the slide does not support.  A number contradicts the slide if the slide has
 * another one in its place: with the same unit, or with the same word close by (350 km/h there and 530 km/h
 * here, "founded in 1987" and "it was founded in 1978"); or if it is one of the slide's with two digits
 * swapped or its point moved.  A name contradicts it in the same way.  A formula does if it begins with a
 * symbol that the slide has formulas of.  What merely adds to the slide does not: an example, a year, a name
 * of which the slide says nothing.
 */
#ifndef STAGES_VISION_GROUNDING_CONTRADICTION_H
#define STAGES_VISION_GROUNDING_CONTRADICTION_H

#include <stdbool.h>
#include <stddef.h>

#include "stages/vision/grounding/plain_chars.h"

/* slide: its own text, a line for each of its lines. from, to: where the claim stands in the text. */
bool number_contradicts(const struct plain_chars *slide, const struct plain_chars *text, size_t from,
                        size_t to);
bool name_contradicts(const struct plain_chars *slide, const struct plain_chars *text, size_t from,
                      size_t to);

#endif

/* contradiction - does a claim say something else than the slide, rather than more?
 *
 * Pure.  Called for claims that the slide does not support.  A number contradicts the slide if it stands
 * there for the same thing as another one that the text does not repeat: the same word or symbol next to both
 * (350 km/h there and 530 km/h here, "founded in 1987" and "it was founded in 1978"), or the same unit in a
 * sentence about the same; or if it is one of the slide's with two digits swapped or its point moved.  A name
 * contradicts it if the words next to it do. (For formulas see claimed_formulas.h.)  What merely adds to the
 * slide does not: an example ("with 3 m/s, say"), a year, a name of which the slide says nothing.
 */
#ifndef STAGES_VISION_GROUNDING_CONTRADICTION_H
#define STAGES_VISION_GROUNDING_CONTRADICTION_H

#include <stdbool.h>
#include <stddef.h>

#include "stages/vision/grounding/plain_chars.h"

struct slide_facts; /* the numbers and names of a slide, and what they are of */

/* text: the slide's own, a line for each of its lines; only read here. Of a slide with hundreds of numbers
 * the first 256 count, and as many names. */
struct slide_facts *slide_facts_of(const struct plain_chars *text);
void slide_facts_free(struct slide_facts **facts);

/* from, to: where the claim stands in the text. */
bool number_contradicts(const struct slide_facts *slide, const struct plain_chars *text, size_t from,
                        size_t to);
bool name_contradicts(const struct slide_facts *slide, const struct plain_chars *text, size_t from,
                      size_t to);

#endif

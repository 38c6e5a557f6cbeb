/* example_marks - does a sentence speak of an example or a case of its own, and not of what the slide says?
 *
 * Pure.  By words, in the languages that most lectures are in: "for example", "suppose", "would".
 */
#ifndef STAGES_VISION_GROUNDING_EXAMPLE_MARKS_H
#define STAGES_VISION_GROUNDING_EXAMPLE_MARKS_H

#include <stdbool.h>
#include <stddef.h>

#include "stages/vision/grounding/nearby_words.h"

/* at: the place in the sentence that is asked about. What introduces an example counts before it, what makes
 * a case of it everywhere. */
bool example_marked(const struct plain_chars *t, struct span sentence, size_t at);

#endif

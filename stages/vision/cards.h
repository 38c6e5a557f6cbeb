/* cards - flashcards from a slide's own definitions
 *
 * Pure.  A card is made only where the slide itself says what something is: "X: what it is", "X - what it
 * is", "X is a ...", in several languages.  Nothing is made of lists, formulas or code: a bad card costs more
 * than it teaches.
 */
#ifndef STAGES_VISION_CARDS_H
#define STAGES_VISION_CARDS_H

#include <jansson.h>

#include "stages/vision/layout.h"
#include "stages/vision/wording.h"

/* A new array of at most most cards {"front","back"}. */
json_t *cards_of_layout(const struct layout *layout, const struct wording *wording, unsigned most);

#endif

/* cards - flashcards from a slide's own definitions
 *
 * Pure.  A card is made only where the slide itself says what something is: "X: what it is", "X - what it
 * is", "X is a ...", in several languages; or where it has a short list under a title.  Nothing is made of
 * formulas or code: a bad card costs more than it teaches.
 */
#ifndef STAGES_VISION_CARDS_H
#define STAGES_VISION_CARDS_H

#include <jansson.h>

#include "proto/enums.h"
#include "stages/vision/layout.h"
#include "stages/vision/wording.h"

/* A new array of at most most cards {"front","back"}; with gaps for CARDS_CLOZE, else as questions. */
json_t *cards_of_layout(const struct layout *layout, const struct wording *wording, enum card_style style,
                        unsigned most);

#endif

/* definition_cards - flashcards from a slide's own definitions
 *
 * Pure.  A card is made only where the slide itself says what something is: "X: what it is", "X - what it
 * is", "X is a ...", in several languages; or where it has a short list under a title.  Nothing is made of
 * formulas or code: a bad card costs more than it teaches.
 */
#ifndef STAGES_VISION_OFFLINE_DEFINITION_CARDS_H
#define STAGES_VISION_OFFLINE_DEFINITION_CARDS_H

#include <jansson.h>

#include "proto/enums.h"
#include "stages/vision/text/layout.h"
#include "stages/vision/offline/offline_phrases.h"

/* A new array of at most max cards {"front","back"}; with gaps for CARDS_CLOZE, else as questions. */
json_t *definition_cards_of_layout(const struct layout *layout, const struct offline_phrases *wording,
                                   enum card_style style, unsigned max);

#endif

/* doubt - which unsupported claims of an answer are worth a second question
 *
 * Pure.  Every claim without support is marked (grounding.h); most do no harm beyond that: an example with a
 * number of its own helps to understand.  Worth asking about is what contradicts the slide, and what a card
 * or a key point would have people learn.
 */
#ifndef STAGES_VISION_GROUNDING_DOUBT_H
#define STAGES_VISION_GROUNDING_DOUBT_H

#include <jansson.h>

#include "proto/enums.h"

/* Of one claim as grounding_check makes it. */
enum doubt doubt_of_claim(const json_t *claim);

/* The worst of the claims that grounding_mark has marked in the answer; NONE for NULL. */
enum doubt doubt_of_answer(const json_t *answer);

/* Those claims of the answer that are worth asking about: a new array. */
json_t *doubt_claims(const json_t *answer);

#endif

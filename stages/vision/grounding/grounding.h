/* grounding - what an answer claims and the slide does not say
 *
 * Pure.  Numbers, names and formulas of the answer are looked for in the slide's own text layer and in what
 * else the model was told.  A false alarm costs a second call, so in doubt a claim is supported: small whole
 * numbers, results of sums in the same sentence, roundings and other spellings are.  It cannot see the
 * picture: where that may say more than the text layer, nothing is judged.
 */
#ifndef STAGES_VISION_GROUNDING_GROUNDING_H
#define STAGES_VISION_GROUNDING_GROUNDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "stages/lib/text/page.h"

struct grounding_sources {
    const struct page *page;
    const char *language;                                        /* of the answer, as the caller named it */
    const char *title, *outline, *before, *after, *instructions; /* "" if there is none */
    uint32_t slide, slides;
    size_t picture_bytes; /* size of the JPEG the model saw; 0: it saw none */
};

/* A new array of {"where","index","kind","text"}, and "contradicts": true where the slide says something else
 * (contradiction.h), always the same for the same input; NULL: there is no text
 * layer to check against (OCR vouches for nothing), or it lacks letters and may say what is not found in it.
 */
json_t *grounding_check(const json_t *answer, const struct grounding_sources *sources);

/* Is its picture one of text alone, and can all of that be read? Then the picture adds nothing to the text.
 */
bool grounding_text_says_all(const struct grounding_sources *sources);

/* Does the answer share a word, number or sign with what the model was told (topic_overlap.h)? */
bool grounding_related(const json_t *answer, const struct grounding_sources *sources);

/* Sets the answer's members grounded (true, false, null) and unsupported; null also for an answer that shares
 * no word with its slide: without claims nothing speaks for it either. Returns how many claims are
 * unsupported.
 */
size_t grounding_mark(json_t *answer, const struct grounding_sources *sources);

#endif

/* retell - an answer made of nothing but the slide's own words
 *
 * Pure.  Title, key points, paragraphs, summary and cards from the layout; no sentence is invented, and the
 * same slide always gives the same answer.
 */
#ifndef STAGES_VISION_RETELL_H
#define STAGES_VISION_RETELL_H

#include <jansson.h>

#include "stages/vision/page.h"

/* A new answer object of the shape answer.h describes. outline "": none. */
json_t *retell(const struct page *page, const char *language, const char *outline, unsigned cards);

#endif

/* extractive_answer - an answer made of nothing but the slide's own words
 *
 * Pure.  Title, key points, paragraphs, summary and cards from the layout; no sentence is invented, and the
 * same slide always gives the same answer.
 */
#ifndef STAGES_VISION_OFFLINE_EXTRACTIVE_ANSWER_H
#define STAGES_VISION_OFFLINE_EXTRACTIVE_ANSWER_H

#include <stdint.h>

#include <jansson.h>

#include "proto/enums.h"
#include "stages/lib/text/page.h"

struct extractive_source {
    const struct page *page;
    const char *language, *outline; /* outline "": none */
    enum card_style style;
    unsigned cards;
    uint32_t slide, slides;
};

/* A new answer object of the shape answer.h describes. */
json_t *extractive_answer(const struct extractive_source *telling);

#endif

/* figure_labels - what an answer names of a slide: the labels of its figure, and the concept of each card
 *
 * A label is an exact place on the slide's picture to whoever covers it (image_occlusion.c), so
 * only what stands in the text layer is one.  A slip here costs a label, never the answer.
 */
#ifndef STAGES_VISION_ANSWER_FIGURE_LABELS_H
#define STAGES_VISION_ANSWER_FIGURE_LABELS_H

#include <jansson.h>

#include "stages/lib/text/page.h"

/* At most twelve labels, one line each, none twice; what is no list has none. The caller owns it. */
json_t *figure_labels_clean(const json_t *value);

/* The concept as one line; "" if there is none, or it is a paragraph. The caller owns it. */
json_t *figure_labels_concept(const json_t *value);

/* Takes out of an answer (answer_clean's) the labels that do not stand on the page, word for word. */
void figure_labels_settle(json_t *answer, const struct page *page);

#endif

/* outline - what a slide's title says about its place in the lecture's outline */
#ifndef STAGES_VISION_OFFLINE_OUTLINE_H
#define STAGES_VISION_OFFLINE_OUTLINE_H

#include "stages/vision/offline/offline_phrases.h"

/* The headings before and after the one that is this title, in words; "" if no heading, or more than one, is.
 * malloced. */
char *outline_place(const char *outline, const char *title, const struct offline_phrases *wording);

#endif

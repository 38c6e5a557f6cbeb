/* build_up_step - is a page but a step on the way to the next one, which shows all of it?
 *
 * Pure.  Lectures often build a slide up in steps, each a page of its own.  A page is such a step only if
 * every word of it is on the next page, and every stroke of its picture is in the same place there: only then
 * may it go unexplained.  In doubt it is none.
 *
 * What may differ: a page counter that counts on, a thin bar at the edge, text that has changed its colour
 * and can still be read, and whatever is added where nothing was.
 */
#ifndef STAGES_RASTERIZER_BUILD_UP_STEP_H
#define STAGES_RASTERIZER_BUILD_UP_STEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stages/rasterizer/text_layer.h"

struct build_up_page {
    unsigned number; /* from 1 */
    const struct text_layer *layer;
    const unsigned char *rgb; /* three bytes a pixel, borrowed; build_up_words does not look at it */
    size_t stride;            /* bytes of a row */
    int width, height;        /* pixels */
};

/* Are all words of the page on the next, each as often? A page of fewer than two words tells too little. */
bool build_up_words(const struct build_up_page *page, const struct build_up_page *next);

/* Is all that is drawn on the page on the next as well? false without memory, too. */
bool build_up_ink(const struct build_up_page *page, const struct build_up_page *next);

#endif

/* layout - a slide's text put back in order: title, list entries, paragraphs, code
 *
 * Pure.  From the lines of a page and nothing but their place, size and weight: what repeats at the edges is
 * dropped, pieces of one row are joined, wrapped lines become one text again, and indents become levels.  No
 * word is added or changed.
 */
#ifndef STAGES_VISION_TEXT_LAYOUT_H
#define STAGES_VISION_TEXT_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "stages/lib/text/page.h"

enum item_kind { ITEM_TEXT, ITEM_CODE, ITEM_FORMULA };

struct item {
    char *text; /* without its bullet; code keeps its line breaks */
    enum item_kind kind;
    bool listed; /* it had a bullet or a number */
    int level;   /* 0: leftmost */
    bool heads;  /* a small title: what follows on the next level belongs to it */
    int x, size; /* of its first row, pixels */
    bool bold;
};

struct layout {
    char *title; /* "" if there is none */
    struct item *items;
    size_t count;
};

/* The layout of a page; the caller frees it. */
struct layout *layout_of(const struct page *page);
void layout_free(struct layout **layout);

#endif

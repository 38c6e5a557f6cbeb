/* page_kind - what a slide is there for: to teach, or to greet, to announce, to part, to close
 *
 * Pure.  From the text, the ink, the place in the lecture and the answer together.  In doubt a slide teaches:
 * a wrong "title" loses an explanation, a wrong "content" costs one sentence nobody reads.
 */
#ifndef STAGES_LIB_TEXT_PAGE_KIND_H
#define STAGES_LIB_TEXT_PAGE_KIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "stages/lib/text/page.h"

#define KIND_TABLE(row)                                                                                      \
    row(CONTENT, "content") row(TITLE, "title") row(AGENDA, "agenda") row(SECTION, "section")                \
        row(CLOSING, "closing") row(BLANK, "blank")

#define ENUM_KIND(name, text) KIND_##name,
enum page_kind { KIND_TABLE(ENUM_KIND) KINDS };

/* Static. */
const char *page_kind_name(enum page_kind kind);

/* KINDS: there is no kind of that name. */
enum page_kind page_kind_of(const char *name);

/* Is there nothing on the page but a page number, a date or a line at the edge, and hardly any ink? Then
 * there is nothing to explain, and no call is needed. layer: the JSON text layer; in doubt the answer is no.
 */
bool page_kind_near_blank(const void *layer, size_t size, uint32_t ink_ppm);

struct page_kind_place {
    uint32_t slide, slides;
};

/* What the page alone says for sure. A page without text is content: it may be a picture. */
enum page_kind page_kind_of_page(const struct page *page, const struct page_kind_place *place);

/* Settles the kind of an answer (answer_clean's): the model's word, unless the page contradicts it. What is
 * not content keeps no cards, no labels, no points, and one short paragraph. */
void page_kind_settle(json_t *answer, const struct page *page, const struct page_kind_place *place);

#endif

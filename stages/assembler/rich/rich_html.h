/* rich_html - formatted text as HTML: for the fields of cards, and for a page
 *
 * On a card, formulas are LaTeX between \( \) or \[ \], as Anki's MathJax takes them, gaps are {{c1::...}},
 * and everything else in which Anki would see a command is broken up.  On a page, formulas are MathML and
 * gaps are filled.  Either way no text of strangers becomes markup.
 */
#ifndef STAGES_ASSEMBLER_RICH_RICH_HTML_H
#define STAGES_ASSEMBLER_RICH_RICH_HTML_H

#include "stages/assembler/lib/bytes.h"
#include "stages/assembler/rich/rich.h"

enum rich_target { RICH_CARD, RICH_PAGE };

/* Adds block elements, but for a single paragraph or formula, which stands bare: the caller has an element
 * for it. rtl: the direction of what is around it; blocks that go the other way say so. */
void rich_html(const struct rich *rich, enum rich_target target, bool rtl, struct bytes *to);

/* The attribute dir of an element (static): ' dir="rtl"' or ' dir="ltr"', "" if what is around it goes the
 * same way. */
const char *rich_html_direction(bool rtl, bool around);

/* The elements of bold, italic and struck out text: before it, or what ends them behind it. */
void rich_html_looks(const struct span *span, bool end, struct bytes *to);

/* Adds what stands within a block: of a title, a caption. */
void rich_html_spans(const struct spans *spans, enum rich_target target, bool rtl, struct bytes *to);

#endif

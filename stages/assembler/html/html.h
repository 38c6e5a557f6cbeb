/* html - the lecture as lecture.html: one page that needs nothing else
 *
 * Pictures are in it, formulas are MathML, cards unfold, it is dark where the reader's screen is, and prints
 * with slides kept whole.  No script, nothing from elsewhere: its content policy forbids both.
 */
#ifndef STAGES_ASSEMBLER_HTML_HTML_H
#define STAGES_ASSEMBLER_HTML_HTML_H

#include "stages/assembler/lecture/document_language.h"
#include "stages/assembler/lecture/lecture_model.h"
#include "stages/assembler/lib/bytes.h"

/* Adds the page, from <!DOCTYPE html> on. */
void html_make(const struct lecture *lecture, const struct language *language, struct bytes *to);

#endif

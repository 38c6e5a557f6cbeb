/* html - the lecture as lecture.html: one page that needs nothing else
 *
 * Pictures are in it, formulas are MathML, cards unfold, it is dark where the reader's screen is, and prints
 * with slides kept whole.  No script, nothing from elsewhere: its content policy forbids both.
 */
#ifndef STAGES_ASSEMBLER_HTML_H
#define STAGES_ASSEMBLER_HTML_H

#include "stages/assembler/bytes.h"
#include "stages/assembler/language.h"
#include "stages/assembler/lecture.h"

void html_make(const struct lecture *lecture, const struct language *language, struct bytes *to);

#endif

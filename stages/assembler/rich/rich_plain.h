/* rich_plain - rich text as plain text: for alternative texts, JSON, and what Anki sorts by
 *
 * No markup is left of it; formulas are Unicode (formula_plain).
 */
#ifndef STAGES_ASSEMBLER_RICH_RICH_PLAIN_H
#define STAGES_ASSEMBLER_RICH_RICH_PLAIN_H

#include "stages/assembler/lib/bytes.h"
#include "stages/assembler/rich/rich.h"

/* All in one line, and a line for each block, row and line of code. */
void rich_plain_line(const struct rich *rich, struct bytes *to);
void rich_plain_lines(const struct rich *rich, struct bytes *to);

/* The spans of one block, their breaks as blanks. */
void rich_plain_spans(const struct spans *spans, struct bytes *to);

#endif

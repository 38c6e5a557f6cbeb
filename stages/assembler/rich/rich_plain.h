/* rich_plain - rich text as plain text: for alternative texts, JSON, and what Anki sorts by
 *
 * No markup is left of it; formulas are Unicode (formula_plain).
 */
#ifndef STAGES_ASSEMBLER_RICH_RICH_PLAIN_H
#define STAGES_ASSEMBLER_RICH_RICH_PLAIN_H

#include "stages/assembler/lib/bytes.h"
#include "stages/assembler/rich/rich.h"

/* Adds all in one line; or a line for each block, row of a table, and line of code, without an LF at the end.
 */
void rich_plain_line(const struct rich *rich, struct bytes *to);
void rich_plain_lines(const struct rich *rich, struct bytes *to);

/* Adds the spans of one block, with blanks for their breaks. */
void rich_plain_spans(const struct spans *spans, struct bytes *to);

#endif

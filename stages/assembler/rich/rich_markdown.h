/* rich_markdown - formatted text as CommonMark with GitHub's tables and dollar maths
 *
 * What strangers wrote is shown, never obeyed: what would be markup, HTML or an entity is escaped.  Formulas
 * are written so that a reader who does not know maths finds no emphasis, link or escape in them.  Gaps of
 * cards are filled.
 */
#ifndef STAGES_ASSEMBLER_RICH_RICH_MARKDOWN_H
#define STAGES_ASSEMBLER_RICH_RICH_MARKDOWN_H

#include "stages/assembler/lib/bytes.h"
#include "stages/assembler/rich/rich.h"

/* Blocks with an empty line behind each. indent: blanks before every line, for what belongs to a list entry.
 */
void rich_markdown(const struct rich *rich, unsigned indent, struct bytes *to);

/* What RICH_LINE comes to: a heading, a list entry. */
void rich_markdown_line(const struct rich *rich, struct bytes *to);

/* One line of plain text; one that may stand in a row of a table. */
void rich_markdown_text(const char *text, struct bytes *to);
void rich_markdown_cell(const char *text, struct bytes *to);

#endif

/* markdown - the lecture as lecture.md: CommonMark with GitHub's tables and dollar maths, and a front matter
 *
 * One readable text file: no pictures in it, slides are known by their numbers.
 */
#ifndef STAGES_ASSEMBLER_MARKDOWN_H
#define STAGES_ASSEMBLER_MARKDOWN_H

#include "stages/assembler/lecture/document_language.h"
#include "stages/assembler/lecture/lecture_model.h"
#include "stages/assembler/lib/bytes.h"

/* Adds the text. */
void markdown_make(const struct lecture *lecture, const struct language *language, struct bytes *to);

#endif

/* docx - the lecture as a Word document
 *
 * Real styles, a contents list of links, per slide its picture and what is said of it, and at the end what is
 * missing.  WordprocessingML, ECMA-376 part 1 (its transitional form, part 4), in a package as part 2 has it;
 * children stand in the order the schema and Microsoft's validator want.
 */
#ifndef STAGES_ASSEMBLER_DOCX_DOCX_H
#define STAGES_ASSEMBLER_DOCX_DOCX_H

#include "stages/assembler/lecture/document_language.h"
#include "stages/assembler/lecture/lecture_model.h"
#include "stages/assembler/lib/bytes.h"

/* Writes the package to the (empty) bytes. The lecture and its pictures are borrowed only while this runs. */
void docx_make(const struct lecture *lecture, const struct language *language, struct bytes *to);

#endif

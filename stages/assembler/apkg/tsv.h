/* tsv - the notes of the deck as a text that Anki and spreadsheets read: cards.tsv
 *
 * The same notes as in the package, by the same names: who has imported that and imports this has no card
 * twice, and what was changed in a spreadsheet changes the note.  Note types and pictures come with the
 * package alone.
 */
#ifndef STAGES_ASSEMBLER_APKG_TSV_H
#define STAGES_ASSEMBLER_APKG_TSV_H

#include "stages/assembler/lecture/document_language.h"
#include "stages/assembler/lecture/lecture_model.h"
#include "stages/assembler/lib/bytes.h"

/* Adds the text: https://docs.ankiweb.net/importing/text-files.html says what its head lines mean. The cards
 * must be named and dated (card_prepare.h). */
void tsv_make(const struct lecture *lecture, const struct language *language, struct bytes *to);

#endif

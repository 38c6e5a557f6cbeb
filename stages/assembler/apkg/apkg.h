/* apkg - the lecture's cards as an Anki package
 *
 * The first legacy form (collection.anki2 of schema 11, media as JSON), which every Anki reads.  A lecture
 * without cards gives a package with an empty deck.
 */
#ifndef STAGES_ASSEMBLER_APKG_APKG_H
#define STAGES_ASSEMBLER_APKG_APKG_H

#include "stages/assembler/lecture/document_language.h"
#include "stages/assembler/lecture/lecture_model.h"
#include "stages/assembler/lib/bytes.h"

/* Writes the package to the (empty) bytes. The cards must be named and dated (card_prepare.h). The lecture
 * and its pictures are borrowed only while this runs. */
void apkg_make(const struct lecture *lecture, const struct language *language, struct bytes *to);

#endif

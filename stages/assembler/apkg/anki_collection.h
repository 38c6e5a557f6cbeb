/* anki_collection - the database inside an Anki package: schema 11, new cards only, no scheduling
 *
 * The tables are those of Anki's rslib/src/storage/schema11.sql, https://github.com/ankitects/anki.
 */
#ifndef STAGES_ASSEMBLER_APKG_ANKI_COLLECTION_H
#define STAGES_ASSEMBLER_APKG_ANKI_COLLECTION_H

#include <stdint.h>

#include "stages/assembler/lecture/document_language.h"
#include "stages/assembler/lecture/lecture_model.h"
#include "stages/assembler/lib/bytes.h"

/* Adds the bytes of the database file. The cards must be named and dated (card_prepare.h). */
void collection_make(const struct lecture *lecture, const struct language *language, struct bytes *to);

/* Anki's checksum of a note, by which it finds duplicates: the first 32 bits of SHA-1 of its stripped first
 * field (note_add_stripped). */
uint32_t collection_checksum(const char *stripped);

#endif

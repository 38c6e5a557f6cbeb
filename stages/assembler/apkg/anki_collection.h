/* anki_collection - the database inside an Anki package: schema 11, new cards only, no scheduling */
#ifndef STAGES_ASSEMBLER_APKG_ANKI_COLLECTION_H
#define STAGES_ASSEMBLER_APKG_ANKI_COLLECTION_H

#include <stdint.h>

#include "stages/assembler/lecture/document_language.h"
#include "stages/assembler/lecture/lecture_model.h"
#include "stages/assembler/lib/bytes.h"

void collection_make(const struct lecture *lecture, const struct language *language, struct bytes *to);

/* Anki's checksum of a note: the first 32 bits of SHA-1 of its stripped first field. */
uint32_t collection_checksum(const char *stripped);

#endif

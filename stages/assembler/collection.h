/* collection - the database inside an Anki package: schema 11, new cards only, no scheduling */
#ifndef STAGES_ASSEMBLER_COLLECTION_H
#define STAGES_ASSEMBLER_COLLECTION_H

#include <stdint.h>

#include "stages/assembler/bytes.h"
#include "stages/assembler/language.h"
#include "stages/assembler/lecture.h"

enum { COLLECTION_MEDIA_ROOM = 48 };

/* media_names: for each slide the file name of its picture in the package, or NULL. */
void collection_make(const struct lecture *lecture, const struct language *language,
                     const char *const *media_names, struct bytes *to);

/* Anki's checksum of a note: the first 32 bits of SHA-1 of its stripped first field. */
uint32_t collection_checksum(const char *stripped);

#endif

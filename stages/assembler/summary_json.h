/* summary_json - the lecture as summary.json, described by proto/summary.schema.json */
#ifndef STAGES_ASSEMBLER_SUMMARY_JSON_H
#define STAGES_ASSEMBLER_SUMMARY_JSON_H

#include "stages/assembler/lecture/document_language.h"
#include "stages/assembler/lecture/lecture_model.h"
#include "stages/assembler/lib/bytes.h"

/* Raise it with any change to the keys; keys are only ever added. */
enum { SUMMARY_VERSION = 2 };

/* Adds the object, indented, with an LF at its end. The cards must be named and dated (card_prepare.h). */
void summary_make(const struct lecture *lecture, const struct language *language, struct bytes *to);

#endif

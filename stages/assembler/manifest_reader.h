/* manifest_reader - the lecture, read from the JSON of frame 0 and checked; see lecture_model.h */
#ifndef STAGES_ASSEMBLER_MANIFEST_READER_H
#define STAGES_ASSEMBLER_MANIFEST_READER_H

#include <stddef.h>

#include "stages/assembler/lecture/lecture_model.h"

/* pictures[0] is the one that the manifest calls 1; their bytes must outlive the lecture. NULL, and one
 * sentence in why (room bytes with its NUL), if the manifest cannot be used. The caller frees with
 * lecture_free, which sets *lecture to NULL and leaves a NULL alone. */
struct lecture *manifest_parse(const void *json, size_t size, const struct picture *pictures,
                               size_t picture_count, char *why, size_t room);
void lecture_free(struct lecture **lecture);

#endif

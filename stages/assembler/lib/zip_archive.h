/* zip_archive - a zip file in memory, the same bytes for the same entries
 *
 * Entries are borrowed until zip_finish: nothing is copied before it is written.  All carry the same date.
 */
#ifndef STAGES_ASSEMBLER_LIB_ZIP_ARCHIVE_H
#define STAGES_ASSEMBLER_LIB_ZIP_ARCHIVE_H

#include <stddef.h>

#include "stages/assembler/lib/bytes.h"

struct zip_archive;

enum zip_method { ZIP_METHOD_DEFLATED, ZIP_METHOD_STORED };

/* expected: about how large the package will be. */
struct zip_archive *zip_archive_new(size_t expected);
void zip_archive_add(struct zip_archive *package, const char *name, const void *data, size_t size,
                     enum zip_method method);

/* Writes the package to the (empty) bytes and frees. */
void zip_archive_finish(struct zip_archive **package, struct bytes *to);

#endif

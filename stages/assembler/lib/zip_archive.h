/* zip_archive - a zip file in memory, the same bytes for the same entries
 *
 * Entries are borrowed until zip_archive_finish: nothing is copied before it is written.  All carry the date
 * 1 January 1980, the first that zip files know.
 */
#ifndef STAGES_ASSEMBLER_LIB_ZIP_ARCHIVE_H
#define STAGES_ASSEMBLER_LIB_ZIP_ARCHIVE_H

#include <stddef.h>

#include "stages/assembler/lib/bytes.h"

struct zip_archive;

enum zip_method { ZIP_METHOD_DEFLATED, ZIP_METHOD_STORED };

/* expected: about how many bytes the package will have. zip_archive_finish frees. */
struct zip_archive *zip_archive_new(size_t expected);
/* name: UTF-8, each once. */
void zip_archive_add(struct zip_archive *package, const char *name, const void *data, size_t size,
                     enum zip_method method);

/* Writes the package to the (empty) bytes and frees. */
void zip_archive_finish(struct zip_archive **package, struct bytes *to);

#endif

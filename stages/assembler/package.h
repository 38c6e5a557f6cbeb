/* package - a zip file in memory, the same bytes for the same entries
 *
 * Entries are borrowed until zip_finish: nothing is copied before it is written.  All carry the same date.
 */
#ifndef STAGES_ASSEMBLER_PACKAGE_H
#define STAGES_ASSEMBLER_PACKAGE_H

#include <stddef.h>

#include "stages/assembler/bytes.h"

struct package;

enum package_method { PACKAGE_DEFLATED, PACKAGE_STORED };

/* expected: about how large the package will be. */
struct package *package_new(size_t expected);
void package_add(struct package *package, const char *name, const void *data, size_t size,
                 enum package_method method);

/* Writes the package to the (empty) bytes and frees. */
void package_finish(struct package **package, struct bytes *to);

#endif

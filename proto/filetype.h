/* filetype - what a file is that is no PDF, and what to do with it, by its first bytes
 *
 * Pure.  Magic numbers stand in a table; what is packed (Office, OpenDocument) is known by the names in it,
 * and text by what it begins with.
 */
#ifndef PROTO_FILETYPE_H
#define PROTO_FILETYPE_H

#include <stdbool.h>
#include <stddef.h>

struct filetype {
    const char *what; /* "a PowerPoint file: export it as PDF"; fits behind "the file is " */
    bool certain;     /* false: text, which may stand before a PDF all the same */
};

/* As much of the beginning as filetype_of() needs to see to name what is packed. */
enum { FILETYPE_WITHIN = 65536 };

/* what is NULL if it is nothing known here. Static. */
struct filetype filetype_of(const void *start, size_t size);

#endif

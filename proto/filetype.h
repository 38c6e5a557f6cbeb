/* filetype - what a file that is no PDF is, by its first bytes, and what to do with it (filetypes.def)
 *
 * Pure.  Most types have magic numbers; packed ones (Office, OpenDocument) are recognised by the file names
 * in them, texts by how they begin.
 */
#ifndef PROTO_FILETYPE_H
#define PROTO_FILETYPE_H

#include <stdbool.h>
#include <stddef.h>

struct filetype {
    const char *what; /* "a PowerPoint file: export it as PDF"; fits behind "the file is " */
    bool certain;     /* false: such bytes (text, zeros) may also stand in front of a PDF */
};

/* How many bytes of the beginning filetype_of() needs to recognise packed types. */
enum { FILETYPE_WITHIN = 65536 };

/* The type of a file that begins with those bytes; .what is static, and NULL if the type is unknown. */
struct filetype filetype_of(const void *start, size_t size);

#endif

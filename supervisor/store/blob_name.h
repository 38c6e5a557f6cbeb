/* blob_name - what a blob is called, lists of such names, and how much room blobs leave on the disk */
#ifndef SUPERVISOR_BLOB_NAME_H
#define SUPERVISOR_BLOB_NAME_H

#include <stddef.h>

#include "proto/digest.h"

/* BLOBS_FREE_MIN: bytes that stay free on the disk, for the ledger. */
enum { BLOB_NAME = DIGEST_TEXT, BLOBS_FREE_MIN = 64 << 20 };

/* Writes the lower-case hex SHA-256 of size bytes to name. */
static inline void blob_name(const void *data, size_t size, char name[BLOB_NAME])
{
    digest_text_of(data, size, name);
}

/* The same of what printf() would print. */
void blob_name_of(char name[BLOB_NAME], const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A list of names. All zeros: an empty one. */
struct blob_names {
    size_t count, room;
    char (*names)[BLOB_NAME];
};

/* Appends a copy of a name; "" names no blob and is left out. */
void blob_names_add(struct blob_names *list, const char *name);

/* Frees the names; the list is empty afterwards. */
void blob_names_clear(struct blob_names *list);

#endif

/* blob_name - what a blob is called, and what room blobs leave */
#ifndef SUPERVISOR_BLOB_NAME_H
#define SUPERVISOR_BLOB_NAME_H

#include <stddef.h>

#include "proto/digest.h"

/* BLOBS_FREE_MIN: bytes that stay free on the disk, for the ledger. */
enum { BLOB_NAME = DIGEST_TEXT, BLOBS_FREE_MIN = 64 << 20 };

/* Lower-case hex SHA-256 of bytes. */
static inline void blob_name(const void *data, size_t size, char name[BLOB_NAME])
{
    digest_text_of(data, size, name);
}

#endif

/* blob_name - what a blob is called */
#ifndef SUPERVISOR_BLOB_NAME_H
#define SUPERVISOR_BLOB_NAME_H

#include <stddef.h>

#include "proto/digest.h"

enum { BLOB_NAME = DIGEST_TEXT };

/* Lower-case hex SHA-256 of bytes. */
static inline void blob_name(const void *data, size_t size, char name[BLOB_NAME])
{
    digest_text_of(data, size, name);
}

#endif

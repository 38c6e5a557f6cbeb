/* field_check - what a job id, an object key and a text from outside may look like (pure)
 *
 * Everything downstream relies on it: a job id is a path component and part of object keys.  Bounds are those
 * of proto/fields.def.
 */
#ifndef PROTO_FIELD_CHECK_H
#define PROTO_FIELD_CHECK_H

#include <stddef.h>

enum {
    MAX_JOB = 128,
    MAX_KEY = 1024,
    MAX_EMAIL = 320,
    MAX_LANGUAGE = 64,
    MAX_FILENAME = 255,
    MAX_CURSOR = 128,
    MAX_PASSWORD = 255,
    MAX_METADATA_NAME = 40,
    MAX_METADATA_VALUE = 200, /* characters */
    MAX_METADATA_NAMES = 16
};

/* NULL if it may be used, else what is wrong, as the end of a sentence ("must ..."). */
const char *job_error(const char *text, size_t size);
const char *key_error(const char *text, size_t size);  /* of what a bucket may have */
const char *path_error(const char *text, size_t size); /* of what may be a path below the store, too */
const char *email_error(const char *text, size_t size);
const char *instructions_error(const char *text, size_t size); /* line breaks and tabs may be in it */
const char *password_error(const char *text, size_t size);
const char *metadata_name_error(const char *text);
const char *metadata_error(const char *text, size_t size);
const char *cursor_error(const char *text, size_t size);

/* The last component of a file name as a client gave it, without controls, cut to fit; "" if it is not UTF-8.
 */
void filename_clean(char name[MAX_FILENAME + 1], const char *text, size_t size);

#endif

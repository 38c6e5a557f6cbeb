/* names - what a job id, an object key and a text from outside may look like (pure)
 *
 * Everything downstream relies on it: a job id is a path component and part of object keys.  Bounds are those
 * of proto/fields.def.
 */
#ifndef FRONT_NAMES_H
#define FRONT_NAMES_H

#include <stddef.h>

enum {
    JOB_MOST = 128,
    KEY_MOST = 1024,
    EMAIL_MOST = 320,
    LANGUAGE_MOST = 64,
    FILENAME_MOST = 255,
    CURSOR_MOST = 128,
    PASSWORD_MOST = 255,
    METADATA_NAME_MOST = 40,
    METADATA_VALUE_MOST = 200, /* characters */
    METADATA_NAMES_MOST = 16
};

/* NULL if it may be used, else what is wrong, as the end of a sentence ("must ..."). */
const char *job_fault(const char *text, size_t size);
const char *key_fault(const char *text, size_t size);  /* of what a bucket may have */
const char *path_fault(const char *text, size_t size); /* of what may be a path below the store, too */
const char *email_fault(const char *text, size_t size);
const char *instructions_fault(const char *text, size_t size); /* line breaks and tabs may be in it */
const char *password_fault(const char *text, size_t size);
const char *metadata_name_fault(const char *text);
const char *metadata_fault(const char *text, size_t size);
const char *cursor_fault(const char *text, size_t size);

/* The last component of a file name as a client gave it, without controls, cut to fit; "" if it is not UTF-8.
 */
void filename_clean(char name[FILENAME_MOST + 1], const char *text, size_t size);

#endif

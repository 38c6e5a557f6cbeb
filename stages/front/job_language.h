/* job_language - the language of a job, from whatever callers send (pure)
 *
 * It never refuses a job: where it understands nothing it takes the default, and says so in a remark.
 */
#ifndef FRONT_JOB_LANGUAGE_H
#define FRONT_JOB_LANGUAGE_H

#include <stddef.h>

#include <jansson.h>

#include "proto/field_check.h"

enum { REMARK_ROOM = 256 };

/* Reads a member of the JSON body (NULL: absent), or any text. Writes to language the name or tag, "" for the
 * default, and to remark one sentence for the caller, "" if there is nothing to say. Of a list the first
 * member counts. A name that is not known here is kept, for a model may know it. */
void job_language_read(const json_t *value, char language[MAX_LANGUAGE + 1], char remark[REMARK_ROOM]);
void job_language_read_text(const char *text, size_t size, char language[MAX_LANGUAGE + 1],
                            char remark[REMARK_ROOM]);

#endif

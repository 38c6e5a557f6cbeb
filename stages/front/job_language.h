/* job_language - the language of a job as callers give it, however they do (pure)
 *
 * It never refuses a job: what cannot be understood is the default, and a remark says so.
 */
#ifndef FRONT_JOB_LANGUAGE_H
#define FRONT_JOB_LANGUAGE_H

#include <stddef.h>

#include <jansson.h>

#include "stages/front/field_check.h"

enum { REMARK_ROOM = 256 };

/* A member of the JSON body (NULL: absent), or a text that may be anything. language gets the name or tag, ""
 * for the default. remark gets what is to be said of it, "" if nothing is. A list counts as its first member.
 * A name that is not known here is kept, for a model may know it. */
void job_language_read(const json_t *value, char language[MAX_LANGUAGE + 1], char remark[REMARK_ROOM]);
void job_language_read_text(const char *text, size_t size, char language[MAX_LANGUAGE + 1],
                            char remark[REMARK_ROOM]);

#endif

/* language - the language of a job as callers give it, however they do (pure)
 *
 * It never refuses a job: what cannot be understood is the default, and a remark says so.
 */
#ifndef FRONT_LANGUAGE_H
#define FRONT_LANGUAGE_H

#include <stddef.h>

#include <jansson.h>

#include "stages/front/names.h"

enum { REMARK_ROOM = 256 };

/* A member of the JSON body (NULL: absent), or a text that may be anything. language gets the name or tag, ""
 * for the default. remark gets what is to be said of it, "" if nothing is. A list counts as its first member.
 * A name that is not known here is kept, for a model may know it. */
void language_read(const json_t *value, char language[LANGUAGE_MOST + 1], char remark[REMARK_ROOM]);
void language_read_text(const char *text, size_t size, char language[LANGUAGE_MOST + 1],
                        char remark[REMARK_ROOM]);

#endif

/* answer_unwrap - an object under another name, in a list of one or in a string; its members under their own
 * names
 *
 * Pure.  Models put what was asked for into {"slide": {...}}, {"response": "{...}"} or [{...}], and write
 * keyPoints or "Key Points" for key_points.
 */
#ifndef STAGES_VISION_ANSWER_ANSWER_UNWRAP_H
#define STAGES_VISION_ANSWER_ANSWER_UNWRAP_H

#include <stddef.h>

#include <jansson.h>

/* A member and the other names that models give it, folded: small letters and digits only; NULL ends them. */
struct member_name {
    const char *name;
    const char *others[5];
};

/* The one object in raw, itself included, that has the member names[0], with its members under the names of
 * the table; what is not in the table keeps its name. A new object, owned by the caller; NULL: there
 * is none, or more than one. */
json_t *answer_unwrap(const json_t *raw, const struct member_name *names, size_t count);

#endif

/* tidy - the texts inside a model's answer, made fit to be kept */
#ifndef STAGES_VISION_TIDY_H
#define STAGES_VISION_TIDY_H

#include <stddef.h>

#include <jansson.h>

/* The clean text of a JSON string as a new JSON string: trimmed, valid, without control characters (LF and
 * TAB stay); "" if nothing is left. NULL if it is not a string or has more than most bytes; *why says which.
 */
json_t *tidy_text(const json_t *value, size_t most, const char **why);

#endif

/* answer_sanitize - the texts inside a model's answer, made fit to be kept */
#ifndef STAGES_VISION_ANSWER_ANSWER_SANITIZE_H
#define STAGES_VISION_ANSWER_ANSWER_SANITIZE_H

#include <stddef.h>

#include <jansson.h>

/* The clean text: trimmed, without control characters (LF and TAB stay) and without invisible ones that mean
 * nothing; a backslash that JSON took for an escape (\frac read as form feed and "rac") is put back. A new
 * JSON string, "" if nothing is left. text is valid UTF-8. */
json_t *answer_sanitize_line(const char *text);

/* The clean text of a JSON string as answer_sanitize_line makes it. NULL if it is not a string or has more
 * than max bytes; *why says which, in static words. */
json_t *answer_sanitize_text(const json_t *value, size_t max, const char **why);

#endif

/* lenient_json - JSON as language models write it
 *
 * Pure.  One pass rewrites the text as strict JSON (RFC 8259), which jansson then reads.  Taken is what can
 * be meant in one way only: comments, trailing commas, single or typographic quotation marks, names without
 * quotation marks, raw line ends and LaTeX backslashes in strings, Python's True, False and None, NaN (null),
 * escapes of no character.  A quotation mark inside a string that is not escaped is not: where the string
 * ends would be a guess.
 */
#ifndef STAGES_VISION_ANSWER_LENIENT_JSON_H
#define STAGES_VISION_ANSWER_LENIENT_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

/* The first value of the text, which begins with it; what follows the value is not looked at. *end: where it
 * ends; after a failure, where reading stopped. *cut: the text ended inside the value, which then holds only
 * what was complete before. The caller owns the value. NULL: it is no JSON, or nested deeper than 64. */
json_t *lenient_json_read(const char *text, size_t size, size_t *end, bool *cut);

#endif

/* json_escapes - \u escapes of a model's JSON that stand for no character: NUL, and halves of surrogate pairs
 *
 * JSON permits them (RFC 8259, 8.2), no text may hold them.  Models write them where a character was cut in
 * two.
 */
#ifndef STAGES_VISION_ANSWER_JSON_ESCAPES_H
#define STAGES_VISION_ANSWER_JSON_ESCAPES_H

#include <stddef.h>

/* A half becomes \ufffd, a NUL \u0001 (answer_sanitize.h takes control characters out), in place. What is not
 * JSON stays what it is. */
void json_escapes_mend(char *json, size_t size);

#endif

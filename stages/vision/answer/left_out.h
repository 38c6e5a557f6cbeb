/* left_out - what of an answer could not be kept, counted by kind and reason
 *
 * Pure.  It is the answer's member "left_out": [{"what", "reason", "count"}], in the order met; the member is
 * missing if nothing was left out.
 */
#ifndef STAGES_VISION_ANSWER_LEFT_OUT_H
#define STAGES_VISION_ANSWER_LEFT_OUT_H

#include <jansson.h>

/* Counts one more of that kind ("card", "paragraph", ...) for that reason; both static words. list NULL:
 * nothing is counted. */
void left_out_add(json_t *list, const char *what, const char *reason);

#endif

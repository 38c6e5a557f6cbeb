/* markup - notations of the web in an answer, in the ones that our outputs draw
 *
 * Pure.  Outside of code: character references (&nbsp; &#945;), <sub>, <sup> and <br>; <b>, <i> and their
 * like where every < of the text begins such a tag; line ends written as \n; formulas whose backslashes were
 * doubled (backslash.h).  Code, and what only looks like a tag, stays as it is.
 */
#ifndef STAGES_VISION_ANSWER_MARKUP_H
#define STAGES_VISION_ANSWER_MARKUP_H

#include <jansson.h>

/* Mends each text in it, in place; what is given must be nobody else's. */
void markup_mend(json_t *value);

/* The same for one text, malloced. */
char *markup_text(const char *text);

#endif

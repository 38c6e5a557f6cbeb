/* lenient_members - texts and lists of an answer, taken as far as their meaning is plain
 *
 * Pure.  null and a missing member are empty, a number is its digits, a text in place of a list is a list of
 * its paragraphs or lines, an object in place of a text is the one text in it.  What is too long is cut
 * behind a sentence; what is dropped or cut is counted (left_out.h).
 */
#ifndef STAGES_VISION_ANSWER_LENIENT_MEMBERS_H
#define STAGES_VISION_ANSWER_LENIENT_MEMBERS_H

#include <stddef.h>

#include <jansson.h>

/* A new clean string (answer_sanitize.h) of at most max bytes. what: the name under which left_out counts it
 * (left_out.h); left_out NULL: nothing is counted. */
json_t *lenient_members_text(const json_t *value, size_t max, const char *what, json_t *left_out);

/* A new list of at most max_entries such strings, none empty, no two alike. between: what separates the
 * entries of a text that stands for a list. */
json_t *lenient_members_list(const json_t *value, size_t max_entries, size_t max, const char *between,
                             const char *what, json_t *left_out);

/* The text that a value other than a list stands for, borrowed or in room (a number); NULL: none. */
const char *lenient_members_plain(const json_t *value, char room[32]);

#endif

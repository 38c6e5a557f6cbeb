/* json_text - small steps of building JSON that cannot fail: a bug in them ends the process (must) */
#ifndef SUPERVISOR_JSON_TEXT_H
#define SUPERVISOR_JSON_TEXT_H

#include <stdint.h>

#include <jansson.h>

/* Compact; malloced, the caller's. Takes the value over. */
char *json_text(json_t *value);

/* Sets a member and takes the value over. NULL (what a row holds is no JSON): null. */
void json_set(json_t *object, const char *name, json_t *value);

/* A string; "" for NULL, and for what is no UTF-8, which only a bug let in: it is left out, not the report.
 */
json_t *json_words(const char *text);

/* A time as ISO 8601, of milliseconds since 1970. */
json_t *json_time(int64_t unix_ms);

#endif

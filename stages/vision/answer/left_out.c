/* left_out - see left_out.h */
#include "stages/vision/answer/left_out.h"

#include <string.h>

#include "proto/panic.h"

void left_out_add(json_t *list, const char *what, const char *reason)
{
    json_t *entry;
    size_t i;

    json_array_foreach(list, i, entry)
    {
        json_t *count = json_object_get(entry, "count");

        if (strcmp(json_string_value(json_object_get(entry, "what")), what) == 0 &&
            strcmp(json_string_value(json_object_get(entry, "reason")), reason) == 0) {
            json_integer_set(count, json_integer_value(count) + 1);
            return;
        }
    }
    entry = json_pack("{s:s, s:s, s:i}", "what", what, "reason", reason, "count", 1);
    must(entry != NULL);
    json_array_append_new(list, entry);
}

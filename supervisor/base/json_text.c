/* json_text - see json_text.h */
#include "supervisor/base/json_text.h"

#include "proto/clock.h"
#include "proto/panic.h"

char *json_text(json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT);

    must(text != NULL);
    json_decref(value);
    return text;
}

void json_set(json_t *object, const char *name, json_t *value)
{
    must(json_object_set_new(object, name, value == NULL ? json_null() : value) == 0);
}

json_t *json_words(const char *text)
{
    json_t *value = json_string(text == NULL ? "" : text);

    return value == NULL ? json_string("") : value;
}

json_t *json_time(int64_t unix_ms)
{
    char text[CLOCK_TEXT];

    clock_text(unix_ms, text);
    return json_string(text);
}

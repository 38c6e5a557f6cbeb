/* json_fields - see json_fields.h */
#include "stages/assembler/json_fields.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "stages/assembler/lib/text.h"

/* The first complaint stands. */
void complain(struct reading *reading, const char *format, ...)
{
    va_list arguments;

    if (reading->bad)
        return;
    va_start(arguments, format);
    vsnprintf(reading->why, reading->room, format, arguments);
    va_end(arguments);
    reading->bad = true;
}

static const char *clean(struct reading *reading, const json_t *string)
{
    size_t size = json_string_length(string);
    char *copy = pool_get(reading->pool, size + 1, 1);

    pool_trim(reading->pool, size + 1, text_clean(copy, json_string_value(string), size) + 1);
    return copy;
}

const char *get_text(struct reading *reading, const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);

    if (json_is_string(value))
        return clean(reading, value);
    complain(reading, "the manifest's \"%s\" is missing or not a string", name);
    return "";
}

/* For what older manifests do not have. */
const char *may_text(struct reading *reading, const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);

    return json_is_string(value) ? clean(reading, value) : "";
}

/* "" if it is none of the words, which stand between blanks. */
const char *may_word(struct reading *reading, const json_t *object, const char *name, const char *words)
{
    const char *word = may_text(reading, object, name), *at = *word == '\0' ? NULL : strstr(words, word);

    return at != NULL && at[-1] == ' ' && at[strlen(word)] == ' ' ? word : "";
}

uint64_t may_number(const json_t *object, const char *name)
{
    json_int_t number = json_integer_value(json_object_get(object, name));

    return number > 0 ? (uint64_t)number : 0;
}

double may_cost(const json_t *object)
{
    const json_t *value = json_object_get(object, "cost_usd");

    return json_is_number(value) && json_number_value(value) >= 0 ? json_number_value(value) : -1;
}

int64_t get_number(struct reading *reading, const json_t *object, const char *name, int64_t min, int64_t max)
{
    const json_t *value = json_object_get(object, name);
    json_int_t number = json_integer_value(value);

    if (json_is_integer(value) && number >= min && number <= max)
        return number;
    complain(reading, "the manifest's \"%s\" is not a number from %lld to %lld", name, (long long)min,
             (long long)max);
    return min;
}

bool get_flag(struct reading *reading, const json_t *object, const char *name)
{
    return get_number(reading, object, name, 0, 1) == 1;
}

const json_t *get_list(struct reading *reading, const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);

    if (!json_is_array(value))
        complain(reading, "the manifest's \"%s\" is missing or not a list", name);
    return value;
}

/* Empty entries are left out; what is no string is, too. */
static struct texts texts_of(struct reading *reading, const json_t *list)
{
    struct texts texts = {pool_get(reading->pool, json_array_size(list), sizeof *texts.item), 0};
    const json_t *entry;
    size_t i;

    json_array_foreach(list, i, entry)
    {
        const char *text = json_is_string(entry) ? clean(reading, entry) : "";

        if (*text != '\0')
            texts.item[texts.count++] = text;
    }
    return texts;
}

struct texts get_texts(struct reading *reading, const json_t *object, const char *name)
{
    const json_t *list = get_list(reading, object, name), *entry;
    size_t i;

    json_array_foreach(list, i, entry)
    {
        if (!json_is_string(entry))
            complain(reading, "the manifest's \"%s\" holds something that is not a string", name);
    }
    return texts_of(reading, list);
}

struct texts may_texts(struct reading *reading, const json_t *object, const char *name)
{
    return texts_of(reading, json_object_get(object, name));
}

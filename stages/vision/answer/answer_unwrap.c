/* answer_unwrap - see answer_unwrap.h */
#include "stages/vision/answer/answer_unwrap.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/vision/answer/lenient_json.h"

enum { NESTED = 4, MAX_NAME = 64 };

struct table {
    const struct member_name *names;
    size_t count;
    json_t *found; /* the object, under our names */
    unsigned times;
};

/* Small ASCII letters and digits of a name: "Key Points" and keyPoints are keypoints. */
static void squeeze(char to[MAX_NAME], const char *name)
{
    size_t used = 0;

    for (; *name != '\0' && used + 1 < MAX_NAME; name++) {
        if (*name >= 'A' && *name <= 'Z')
            to[used++] = (char)(*name - 'A' + 'a');
        else if ((*name >= 'a' && *name <= 'z') || (*name >= '0' && *name <= '9'))
            to[used++] = *name;
    }
    to[used] = '\0';
}

/* The row of that name; *own: it is the member's own name, in whatever spelling. */
static const struct member_name *row_of(const struct table *table, const char *name, bool *own)
{
    char said[MAX_NAME], known[MAX_NAME];

    squeeze(said, name);
    for (size_t i = 0; i < table->count; i++) {
        const struct member_name *row = &table->names[i];

        squeeze(known, row->name);
        *own = strcmp(said, known) == 0;
        if (*own)
            return row;
        for (size_t k = 0; k < sizeof row->others / sizeof *row->others && row->others[k] != NULL; k++)
            if (strcmp(said, row->others[k]) == 0)
                return row;
    }
    return NULL;
}

/* A member's own name counts before its other names. */
static json_t *renamed(const struct table *table, const json_t *object)
{
    json_t *result = json_object(), *value;
    const char *name;
    bool own;

    json_object_foreach((json_t *)object, name, value)
    {
        const struct member_name *row = row_of(table, name, &own);

        if (row == NULL || own)
            json_object_set(result, row == NULL ? name : row->name, value);
    }
    json_object_foreach((json_t *)object, name, value)
    {
        const struct member_name *row = row_of(table, name, &own);

        if (row != NULL && !own && json_object_get(result, row->name) == NULL)
            json_object_set(result, row->name, value);
    }
    return result;
}

static void look(struct table *table, const json_t *value, unsigned nested);

static void look_in_text(struct table *table, const json_t *text, unsigned nested)
{
    const char *from = json_string_value(text);
    size_t skip = strspn(from, " \t\r\n"), end;
    json_t *value;
    bool cut;

    if (from[skip] != '{' && from[skip] != '[')
        return;
    value = lenient_json_read(from + skip, json_string_length(text) - skip, &end, &cut);
    if (!cut)
        look(table, value, nested);
    json_decref(value);
}

static void look(struct table *table, const json_t *value, unsigned nested)
{
    json_t *entry, *own;
    const char *name;
    size_t i;

    if (nested > NESTED || table->times > 1)
        return;
    if (json_is_string(value))
        look_in_text(table, value, nested);
    json_array_foreach(value, i, entry) look(table, entry, nested + 1);
    if (!json_is_object(value))
        return;
    own = renamed(table, value);
    if (json_object_get(own, table->names[0].name) != NULL) {
        json_decref(table->found);
        table->found = own;
        table->times++;
        return;
    }
    json_decref(own);
    json_object_foreach((json_t *)value, name, entry) look(table, entry, nested + 1);
}

json_t *answer_unwrap(const json_t *raw, const struct member_name *names, size_t count)
{
    struct table table = {.names = names, .count = count};

    look(&table, raw, 0);
    if (table.times == 1)
        return table.found;
    json_decref(table.found);
    return NULL;
}

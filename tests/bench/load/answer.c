/* answer - see answer.h */
#include "tests/bench/load/answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const statements[] = {
    "The slide puts \"%s\" at the centre and builds the rest of the argument on it.",
    "Next to it stands \"%s\", which narrows down what is meant.",
    "Read together with what comes before, \"%s\" says under which conditions this holds.",
    "The point \"%s\" is best understood as a consequence of the definition above it.",
    "A student should be able to say in own words why \"%s\" matters here.",
    "With \"%s\" the lecturer marks the step from the idea to its use.",
    "It helps to compare \"%s\" with the case where this is missing.",
    "Behind \"%s\" lies an assumption that the lecture comes back to later.",
    "The wording \"%s\" is deliberate: it excludes the simpler reading.",
    "In other words, \"%s\" names the part that has to be remembered.",
    "What follows from \"%s\" is worked out on the slides after this one.",
};
static const char *const own_numbers[] = {
    "In practice this accounts for roughly %u percent of the effort.",
    "Textbooks usually give a value of about %u for this.",
    "A typical example would use %u observations.",
};
enum { STATEMENTS = sizeof statements / sizeof statements[0] };

static const char *some_line(const struct asked *asked, unsigned n)
{
    return asked->line_count == 0 ? "what the picture shows"
                                  : asked->lines[(asked->key + n) % asked->line_count];
}

/* Does this member get a number of its own? One explanation of four, one key point and one card of thirty. */
static bool has_own_number(const struct asked *asked, const char *member, unsigned n)
{
    uint64_t dice = asked->key >> 20;

    return n == 0 && ((strcmp(member, "explanation") == 0 && dice % 4 == 0) ||
                      (strcmp(member, "key_points") == 0 && dice % 30 == 1) ||
                      (strcmp(member, "back") == 0 && dice % 30 == 2));
}

static json_t *string_of(const struct asked *asked, const char *member, unsigned n, bool again)
{
    uint64_t dice = asked_hash(asked->key, member, strlen(member)) + 3 * n;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    unsigned sentences = strcmp(member, "explanation") == 0 ? 3 : 1;
    json_t *value;

    if (strcmp(member, "title") == 0 || strcmp(member, "term") == 0 || strcmp(member, "concept") == 0)
        fprintf(out, "%s", some_line(asked, n));
    else if (strcmp(member, "front") == 0)
        fprintf(out, n % 2 == 0 ? "What does \"%s\" say?" : "Why does \"%s\" matter?", some_line(asked, n));
    else
        for (unsigned i = 0; i < sentences; i++) {
            fprintf(out, i == 0 ? "" : " ");
            fprintf(out, statements[(dice + i) % STATEMENTS], some_line(asked, (unsigned)(dice + i)));
        }
    if (!again && has_own_number(asked, member, n)) {
        putc(' ', out);
        fprintf(out, own_numbers[dice % 3], 11 + (unsigned)(dice % 83));
    }
    fclose(out);
    value = json_string(text); /* NULL if a line was cut inside a letter, which no space does */
    free(text);
    return value;
}

static json_t *value_of(const struct asked *asked, const json_t *schema, const char *member, unsigned n,
                        bool again);

static json_t *array_of(const struct asked *asked, const json_t *schema, const char *member, bool again)
{
    json_t *array = json_array();
    unsigned count = strcmp(member, "duplicates") == 0 || strcmp(member, "labels") == 0 ? 0 : 3;

    if (strcmp(member, "slides") == 0) { /* all slides in the first of the parts */
        for (unsigned i = 0; i < asked->slide_count && i < 2; i++)
            json_array_append_new(array, json_integer(asked->slides[i]));
        return array;
    }
    if (strcmp(member, "outline") == 0)
        count = 1;
    if (strcmp(member, "corrections") == 0)
        count = asked->statement_count;
    for (unsigned i = 0; i < count; i++)
        json_array_append_new(array, value_of(asked, json_object_get(schema, "items"), member, i, again));
    return array;
}

static json_t *value_of(const struct asked *asked, const json_t *schema, const char *member, unsigned n,
                        bool again)
{
    const char *type = json_string_value(json_object_get(schema, "type")), *name;
    json_t *properties = json_object_get(schema, "properties"), *object, *inner;

    if (json_object_get(schema, "enum") != NULL)
        return json_incref(json_array_get(json_object_get(schema, "enum"), 0));
    if (type == NULL)
        return json_null();
    if (strcmp(type, "array") == 0)
        return array_of(asked, schema, member, again);
    if (strcmp(member, "number") == 0)
        return json_integer(n + 1);
    if (strcmp(type, "integer") == 0)
        return json_integer(asked->slide_count == 0 ? 1 : asked->slides[0]);
    if (strcmp(type, "object") != 0)
        return string_of(asked, member, n, again);
    object = json_object();
    json_object_foreach(properties, name, inner)
    {
        json_object_set_new(object, name, value_of(asked, inner, name, n, again));
    }
    return object;
}

char *answer_text(const struct asked *asked, bool again)
{
    json_t *answer = value_of(asked, asked->schema, "answer", 0, again);
    char *text = json_dumps(answer, JSON_COMPACT);

    json_decref(answer);
    return text;
}

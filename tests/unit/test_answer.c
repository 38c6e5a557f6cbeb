/* test_answer - what an answer must be, and what is left out of it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/panic.h"
#include "stages/vision/answer.h"

#define GOOD                                                                                                 \
    "{\"title\":\"T\",\"explanation\":[\"One.\",\"Two.\"],\"key_points\":[\"P\"],\"connections\":\"\","      \
    "\"short_summary\":\"S\",\"anki_cards\":[{\"front\":\"F\",\"back\":\"B\"}]}"

/* The good answer with one member replaced; value NULL: taken out. */
static char *cleaned(const char *name, const char *value, const char **why)
{
    json_t *raw = json_loads(GOOD, 0, NULL), *clean;
    char *text;

    if (value == NULL)
        json_object_del(raw, name);
    else
        json_object_set_new(raw, name, json_loads(value, JSON_DECODE_ANY, NULL));
    clean = answer_clean(raw, 3, why);
    text = clean == NULL ? NULL : json_dumps(json_object_get(clean, name), JSON_COMPACT | JSON_ENCODE_ANY);
    json_decref(clean);
    json_decref(raw);
    return text;
}

static void cleans_each_member(void **state)
{
    static const struct {
        const char *name, *member, *value, *clean, *why;
    } rows[] = {
        {"blanks at the ends go", "title", "\" \\n A B \\t\"", "\"A B\"", NULL},
        {"control characters go, LF and TAB stay", "title", "\"a\\u0001\\u001b\\u007f\\u0085b\\nc\\td\"",
         "\"ab\\nc\\td\"", NULL},
        {"noncharacters go", "title",
         "\"a\xef\xbf\xbe"
         "b\"",
         "\"ab\"", NULL},
        {"an empty title is allowed", "title", "\" \"", "\"\"", NULL},
        {"empty paragraphs go", "explanation", "[\" \",\"x\",\"\"]", "[\"x\"]", NULL},
        {"no paragraph left is no explanation", "explanation", "[\" \"]", NULL, "the explanation is empty"},
        {"no key points are fine", "key_points", "[]", "[]", NULL},
        {"a card without back goes", "anki_cards",
         "[{\"front\":\"a\",\"back\":\" \"},{\"front\":\"c\",\"back\":\"d\"}]",
         "[{\"front\":\"c\",\"back\":\"d\"}]", NULL},
        {"cards beyond the limit go", "anki_cards",
         "[{\"front\":\"1\",\"back\":\"b\"},{\"front\":\"2\",\"back\":\"b\"},{\"front\":\"3\",\"back\":\"b\"}"
         ","
         "{\"front\":\"4\",\"back\":\"b\"}]",
         "[{\"front\":\"1\",\"back\":\"b\"},{\"front\":\"2\",\"back\":\"b\"},{\"front\":\"3\",\"back\":\"b\"}"
         "]",
         NULL},
        {"what nobody asked for goes", "anki_cards", "[{\"front\":\"a\",\"back\":\"b\",\"hint\":\"h\"}]",
         "[{\"front\":\"a\",\"back\":\"b\"}]", NULL},
        {"a number is no title", "title", "7", NULL, "a text is missing or not a string"},
        {"a missing title", "title", NULL, NULL, "a text is missing or not a string"},
        {"a text instead of a list", "key_points", "\"x\"", NULL, "a list is missing"},
        {"a number in a list", "key_points", "[7]", NULL, "a text is missing or not a string"},
        {"a card that is a text", "anki_cards", "[\"x\"]", NULL, "a text is missing or not a string"},
        {"no cards at all", "anki_cards", NULL, NULL, "the cards are missing"},
    };
    const char *why;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *clean = cleaned(rows[i].member, rows[i].value, &why);

        print_message("  %s\n", rows[i].name);
        if (rows[i].clean == NULL) {
            assert_null(clean);
            assert_string_equal(why, rows[i].why);
        } else {
            assert_non_null(clean);
            assert_string_equal(clean, rows[i].clean);
        }
        free(clean);
    }
}

static void refuses_what_goes_on_for_ever(void **state)
{
    static const struct {
        const char *member;
        size_t most; /* bytes still taken */
    } rows[] = {{"title", 500}, {"connections", 4000}, {"short_summary", 4000}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (size_t over = 0; over <= 1; over++) {
            size_t size = rows[i].most + over;
            char *value = need(size + 3), *clean;
            const char *why;

            memset(value, 'x', size + 2);
            value[0] = value[size + 1] = '"';
            value[size + 2] = '\0';
            clean = cleaned(rows[i].member, value, &why);
            assert_int_equal(clean == NULL, over == 1);
            free(clean);
            free(value);
        }
    }
}

static void keys_stand_in_the_order_of_the_format(void **state)
{
    json_t *raw = json_loads(GOOD, 0, NULL);
    const char *why;
    json_t *clean = answer_clean(raw, 3, &why);
    char *text = json_dumps(clean, JSON_COMPACT);

    (void)state;
    assert_string_equal(text, GOOD);
    free(text);
    json_decref(clean);
    json_decref(raw);
}

/* Strict structured outputs: every object closed, all its properties required. */
static void closed(const json_t *schema, unsigned *objects)
{
    const json_t *properties = json_object_get(schema, "properties"), *child;
    const char *name;

    if (json_is_object(json_object_get(schema, "items")))
        closed(json_object_get(schema, "items"), objects);
    if (properties == NULL)
        return;
    ++*objects;
    assert_true(json_is_false(json_object_get(schema, "additionalProperties")));
    assert_int_equal(json_object_size(properties), json_array_size(json_object_get(schema, "required")));
    json_object_foreach((json_t *)(uintptr_t)properties, name, child) closed(child, objects);
}

static void schema_is_strict(void **state)
{
    json_t *schema = answer_schema();
    unsigned objects = 0;

    (void)state;
    closed(schema, &objects);
    assert_int_equal(objects, 2);
    json_decref(schema);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cleans_each_member),
        cmocka_unit_test(refuses_what_goes_on_for_ever),
        cmocka_unit_test(keys_stand_in_the_order_of_the_format),
        cmocka_unit_test(schema_is_strict),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

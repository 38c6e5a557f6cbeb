/* test_answer - what an answer must be, and what is left out of it */
#include <setjmp.h>
#include <stdbool.h>
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
    "{\"title\":\"T\",\"kind\":\"content\",\"explanation\":[\"One.\",\"Two.\"],\"key_points\":[\"P\"],"      \
    "\"connections\":\"\","                                                                                  \
    "\"short_summary\":\"S\",\"labels\":[\"L\"],\"anki_cards\":[{\"type\":\"basic\",\"concept\":\"C\","      \
    "\"front\":\"F\",\"back\":\"B\"}]}"

/* The good answer with one member replaced; value NULL: taken out. */
static char *cleaned_as(enum card_style style, const char *name, const char *value, const char **why)
{
    json_t *raw = json_loads(GOOD, 0, NULL), *clean;
    char *text;

    if (value == NULL)
        json_object_del(raw, name);
    else
        json_object_set_new(raw, name, json_loads(value, JSON_DECODE_ANY, NULL));
    clean = answer_clean(raw, style, 3, why);
    text = clean == NULL ? NULL : json_dumps(json_object_get(clean, name), JSON_COMPACT | JSON_ENCODE_ANY);
    json_decref(clean);
    json_decref(raw);
    return text;
}

static char *cleaned(const char *name, const char *value, const char **why)
{
    return cleaned_as(CARDS_BASIC, name, value, why);
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
         "[{\"type\":\"basic\",\"concept\":\"\",\"front\":\"c\",\"back\":\"d\"}]", NULL},
        {"cards beyond the limit go", "anki_cards",
         "[{\"front\":\"1\",\"back\":\"b\"},{\"front\":\"2\",\"back\":\"b\"},{\"front\":\"3\",\"back\":\"b\"}"
         ","
         "{\"front\":\"4\",\"back\":\"b\"}]",
         "[{\"type\":\"basic\",\"concept\":\"\",\"front\":\"1\",\"back\":\"b\"},"
         "{\"type\":\"basic\",\"concept\":\"\",\"front\":\"2\",\"back\":\"b\"},"
         "{\"type\":\"basic\",\"concept\":\"\",\"front\":\"3\",\"back\":\"b\"}]",
         NULL},
        {"what nobody asked for goes", "anki_cards", "[{\"front\":\"a\",\"back\":\"b\",\"hint\":\"h\"}]",
         "[{\"type\":\"basic\",\"concept\":\"\",\"front\":\"a\",\"back\":\"b\"}]", NULL},
        {"a question asked twice is asked once", "anki_cards",
         "[{\"front\":\"What is A?\",\"back\":\"b\"},{\"front\":\"what is  a\",\"back\":\"c\"}]",
         "[{\"type\":\"basic\",\"concept\":\"\",\"front\":\"What is A?\",\"back\":\"b\"}]", NULL},
        {"a card keeps the concept it asks about, on one line", "anki_cards",
         "[{\"front\":\"a\",\"back\":\"b\",\"concept\":\" page\\ntable \"}]",
         "[{\"type\":\"basic\",\"concept\":\"page table\",\"front\":\"a\",\"back\":\"b\"}]", NULL},
        {"a concept that is no text is none", "anki_cards",
         "[{\"front\":\"a\",\"back\":\"b\",\"concept\":7}]",
         "[{\"type\":\"basic\",\"concept\":\"\",\"front\":\"a\",\"back\":\"b\"}]", NULL},
        {"labels stay, each once", "labels", "[\" Axon \",\"axon\",\"Cell\\nbody\"]",
         "[\"Axon\",\"Cell body\"]", NULL},
        {"signs make labels differ", "labels", "[\"Na\",\"Na+\"]", "[\"Na\",\"Na+\"]", NULL},
        {"what is no label goes", "labels", "[7,\"\",\"...\",\"Axon\"]", "[\"Axon\"]", NULL},
        {"labels beyond twelve go", "labels",
         "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\",\"j\",\"k\",\"l\",\"m\"]",
         "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\",\"j\",\"k\",\"l\"]", NULL},
        {"no labels were asked for in older answers", "labels", NULL, "[]", NULL},
        {"labels that are no list are none", "labels", "\"Axon\"", "[]", NULL},
        {"gaps in a plain card go, card and all", "anki_cards",
         "[{\"front\":\"The {{c1::heap}} grows\",\"back\":\"b\"}]", "[]", NULL},
        {"a kind that is none is content", "kind", "\"slide\"", "\"content\"", NULL},
        {"a kind that is no text is content", "kind", "7", "\"content\"", NULL},
        {"no kind is content", "kind", NULL, "\"content\"", NULL},
        {"a kind stays", "kind", "\"agenda\"", "\"agenda\"", NULL},
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

static void cleans_cards_of_each_style(void **state)
{
    static const struct {
        const char *name;
        enum card_style style;
        const char *front, *back, *type; /* type NULL: left out */
    } rows[] = {
        {"a gap", CARDS_CLOZE, "The {{c1::heap}} grows", "", "cloze"},
        {"two gaps", CARDS_CLOZE, "{{c1::A}} before {{c2::B}}", "extra", "cloze"},
        {"a formula in a gap", CARDS_CLOZE, "P = {{c1::\\\\frac{n}{k}}}", "", "cloze"},
        {"a gap that is not closed", CARDS_CLOZE, "The {{c1::heap} grows", "", NULL},
        {"a gap without a number", CARDS_CLOZE, "The {{c::heap}} grows", "", NULL},
        {"an empty gap", CARDS_CLOZE, "The {{c1:: }} grows", "", NULL},
        {"a gap that says nothing", CARDS_CLOZE, "The {{c1::...}} grows", "", NULL},
        {"nothing around the gap", CARDS_CLOZE, "{{c1::heap}}.", "", NULL},
        {"half a gap beside a whole one", CARDS_CLOZE, "{{c1::A}} before {{c2::B", "", NULL},
        {"a gap in a gap", CARDS_CLOZE, "{{c1::A {{c2::B}} C}} D", "", NULL},
        {"a plain card where gaps are wanted", CARDS_CLOZE, "Q", "A", NULL},
        {"a plain card among others", CARDS_MIXED, "Q", "A", "basic"},
        {"gaps among others", CARDS_MIXED, "The {{c1::heap}} grows", "", "cloze"},
        {"a plain card without back", CARDS_MIXED, "Q", "", NULL},
        {"braces are no gap", CARDS_BASIC, "What is {{x}}?", "A template", "basic"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char value[256], wanted[256], *clean;
        const char *why;

        print_message("  %s\n", rows[i].name);
        snprintf(value, sizeof value, "[{\"type\":\"x\",\"front\":\"%s\",\"back\":\"%s\"}]", rows[i].front,
                 rows[i].back);
        snprintf(wanted, sizeof wanted,
                 "[{\"type\":\"%s\",\"concept\":\"\",\"front\":\"%s\",\"back\":\"%s\"}]",
                 rows[i].type == NULL ? "" : rows[i].type, rows[i].front, rows[i].back);
        clean = cleaned_as(rows[i].style, "anki_cards", value, &why);
        assert_non_null(clean);
        assert_string_equal(clean, rows[i].type == NULL ? "[]" : wanted);
        free(clean);
    }
}

static char *many(const char *before, const char *again, size_t times, const char *after)
{
    size_t size = strlen(before) + times * strlen(again) + strlen(after) + 1, used;
    char *text = need(size);

    used = (size_t)sprintf(text, "%s", before);
    for (size_t i = 0; i < times; i++)
        used += (size_t)sprintf(text + used, "%s", again);
    sprintf(text + used, "%s", after);
    return text;
}

static void knows_loops_from_honest_texts(void **state)
{
    static const struct {
        const char *name, *member, *before, *again;
        size_t times;
        const char *after;
        bool loop;
    } rows[] = {
        {"a phrase on end", "explanation", "[\"The heap grows", " and the stack grows", 12, "\"]", true},
        {"a word on end", "explanation", "[\"It is very", " very", 80, " big.\"]", true},
        {"a sentence on end", "short_summary", "\"", "The slide shows how pages are mapped. ", 8, "\"", true},
        {"in Chinese", "explanation", "[\"", "分页把内存分成页。", 30, "\"]", true},
        {"paragraphs all alike", "explanation", "[\"One\"", ",\"One\"", 3, "]", true},
        {"points all alike", "key_points", "[\"Same point.\"", ",\"same point\"", 2, "]", true},
        {"two sentences in turn", "key_points", "[\"The heap grows upwards in memory.\"",
         ",\"The stack grows downwards.\",\"The heap grows upwards in memory.\"", 5, "]", true},
        {"cards all alike", "anki_cards", "[{\"front\":\"F\",\"back\":\"B\"}",
         ",{\"front\":\"F\",\"back\":\"B\"}", 12, "]", true},
        {"very, very big", "explanation", "[\"It is very", " very", 3, " big.\"]", false},
        {"a refrain", "explanation", "[\"Verse one. ", "We shall overcome some day. ", 4, "\"]", false},
        {"a rule of dashes", "explanation", "[\"", "-", 300, "\"]", false},
        {"leaders of dots", "explanation", "[\"Chapter 1 ", ". ", 200, "7\"]", false},
        {"a table of zeros", "explanation", "[\"", "0 0 0 0\\n", 60, "\"]", false},
        {"a strand of DNA", "explanation", "[\"Repeats such as ", "GATA", 40, " vary.\"]", false},
        {"two equal points", "key_points", "[\"Same.\"", ",\"Same.\"", 1, "]", false},
        {"three equal cards are one", "anki_cards", "[{\"front\":\"F\",\"back\":\"B\"}",
         ",{\"front\":\"F\",\"back\":\"B\"}", 2, "]", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *value = many(rows[i].before, rows[i].again, rows[i].times, rows[i].after), *clean;
        const char *why = "";

        print_message("  %s\n", rows[i].name);
        clean = cleaned(rows[i].member, value, &why);
        assert_int_equal(clean == NULL, rows[i].loop);
        if (rows[i].loop)
            assert_string_equal(why, "it repeats itself");
        free(clean);
        free(value);
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

            for (size_t k = 0; k < size + 2; k++)
                value[k] = (char)('a' + (uint32_t)k * 2654435761u / 65536 % 26);
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
    json_t *clean = answer_clean(raw, CARDS_BASIC, 3, &why);
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
    (void)state;
    for (enum card_style style = 0; style < CARD_STYLES; style++) {
        json_t *schema = answer_schema(style);
        unsigned objects = 0;

        closed(schema, &objects);
        assert_int_equal(objects, 2);
        json_decref(schema);
    }
}

static void schema_asks_for_the_type_where_there_are_several(void **state)
{
    static const char *const wanted[CARD_STYLES] = {NULL, "{\"type\":\"string\",\"enum\":[\"cloze\"]}",
                                                    "{\"type\":\"string\",\"enum\":[\"cloze\",\"basic\"]}"};

    (void)state;
    for (enum card_style style = 0; style < CARD_STYLES; style++) {
        json_t *schema = answer_schema(style), *type = NULL;
        char *text;

        json_unpack(schema, "{s:{s:{s:{s:{s?o}}}}}", "properties", "anki_cards", "items", "properties",
                    "type", &type);
        text = type == NULL ? NULL : json_dumps(type, JSON_COMPACT);
        assert_int_equal(text == NULL, wanted[style] == NULL);
        if (text != NULL)
            assert_string_equal(text, wanted[style]);
        free(text);
        json_decref(schema);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cleans_each_member),
        cmocka_unit_test(cleans_cards_of_each_style),
        cmocka_unit_test(knows_loops_from_honest_texts),
        cmocka_unit_test(refuses_what_goes_on_for_ever),
        cmocka_unit_test(keys_stand_in_the_order_of_the_format),
        cmocka_unit_test(schema_is_strict),
        cmocka_unit_test(schema_asks_for_the_type_where_there_are_several),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

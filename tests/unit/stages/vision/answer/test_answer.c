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
#include "stages/vision/answer/answer.h"

#define GOOD                                                                                                 \
    "{\"title\":\"T\",\"kind\":\"content\",\"explanation\":[\"One.\",\"Two.\"],\"key_points\":[\"P\"],"      \
    "\"connections\":\"\","                                                                                  \
    "\"short_summary\":\"S\",\"labels\":[\"L\"],\"anki_cards\":[{\"type\":\"basic\",\"concept\":\"C\","      \
    "\"front\":\"F\",\"back\":\"B\"}]}"

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
        {"gaps make a cloze, whatever was asked for", "anki_cards",
         "[{\"front\":\"The {{c1::heap}} grows\",\"back\":\"b\"}]",
         "[{\"type\":\"cloze\",\"concept\":\"\",\"front\":\"The {{c1::heap}} grows\",\"back\":\"b\"}]", NULL},
        {"a kind that is none is content", "kind", "\"slide\"", "\"content\"", NULL},
        {"a kind that is no text is content", "kind", "7", "\"content\"", NULL},
        {"no kind is content", "kind", NULL, "\"content\"", NULL},
        {"a kind stays", "kind", "\"agenda\"", "\"agenda\"", NULL},
        {"a number is a text", "title", "7", "\"7\"", NULL},
        {"a missing title is empty", "title", NULL, "\"\"", NULL},
        {"null is empty", "connections", "null", "\"\"", NULL},
        {"a list in place of a text is its lines", "short_summary", "[\"One.\",null,\"Two.\"]",
         "\"One.\\nTwo.\"", NULL},
        {"true is no text", "title", "true", "\"\"", NULL},
        {"null in place of a list is empty", "key_points", "null", "[]", NULL},
        {"a text in place of a list is its lines without their signs", "key_points",
         "\"- One\\n* Two\\n\\n3. Three\"", "[\"One\",\"Two\",\"Three\"]", NULL},
        {"a text in place of paragraphs is its paragraphs", "explanation", "\"One.\\n\\nTwo,\\nand more.\"",
         "[\"One.\",\"Two,\\nand more.\"]", NULL},
        {"numbers and objects with a text in a list", "key_points", "[7,0.5,{\"point\":\"P\"},{\"x\":\"Y\"}]",
         "[\"7\",\"0.5\",\"P\",\"Y\"]", NULL},
        {"what is no text in a list goes", "key_points", "[true,[],{\"a\":\"b\",\"c\":\"d\"},\"x\"]",
         "[\"x\"]", NULL},
        {"equal paragraphs are one", "explanation", "[\"One.\",\"Two.\",\"One!\",\"One.\"]",
         "[\"One.\",\"Two.\"]", NULL},
        {"no explanation is no answer", "explanation", NULL, NULL,
         "it is not a JSON object with an explanation"},
        {"an object is no explanation", "explanation", "{\"type\":\"array\"}", NULL,
         "it is not a JSON object with an explanation"},
        {"a card that is a text goes", "anki_cards", "[\"x\"]", "[]", NULL},
        {"a card that is a pair is a question and its answer", "anki_cards", "[[\"Q\",\"A\"]]",
         "[{\"type\":\"basic\",\"concept\":\"\",\"front\":\"Q\",\"back\":\"A\"}]", NULL},
        {"question and answer are front and back", "anki_cards", "[{\"Question\":\"Q\",\"answer\":7}]",
         "[{\"type\":\"basic\",\"concept\":\"\",\"front\":\"Q\",\"back\":\"7\"}]", NULL},
        {"a back that is a list is its lines", "anki_cards", "[{\"q\":\"Q\",\"a\":[\"A\",\"B\"]}]",
         "[{\"type\":\"basic\",\"concept\":\"\",\"front\":\"Q\",\"back\":\"A\\nB\"}]", NULL},
        {"no cards at all", "anki_cards", NULL, "[]", NULL},
        {"null for cards", "anki_cards", "null", "[]", NULL},
        {"invisible characters go, joiners stay", "title", "\"\\ufeffA\\u200bB\\u2060C\\u200dD\"",
         "\"ABC\xe2\x80\x8d"
         "D\"",
         NULL},
        {"backslashes that JSON took come back", "title",
         "\"$\\frac{a}{b}$ $\\beta$ $\\theta$ $x \\times y$ $\\nabla f$ $h\\nu$ $\\rho$\"",
         "\"$\\\\frac{a}{b}$ $\\\\beta$ $\\\\theta$ $x \\\\times y$ $\\\\nabla f$ $h\\\\nu$ $\\\\rho$\"",
         NULL},
        {"tabs and line ends in words stay", "title", "\"a\\tau: b\\nabla c\"", "\"a\\tau: b\\nabla c\"",
         NULL},
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

static void knows_whole_gaps(void **state)
{
    static const struct {
        const char *name;
        const char *front, *back, *type; /* type NULL: left out */
    } rows[] = {
        {"a gap", "The {{c1::heap}} grows", "", "cloze"},
        {"two gaps", "{{c1::A}} before {{c2::B}}", "extra", "cloze"},
        {"a formula in a gap", "P = {{c1::\\\\frac{n}{k}}}", "", "cloze"},
        {"a gap that is not closed", "The {{c1::heap} grows", "", NULL},
        {"a gap without a number", "The {{c::heap}} grows", "", NULL},
        {"an empty gap", "The {{c1:: }} grows", "", NULL},
        {"a gap that says nothing", "The {{c1::...}} grows", "", NULL},
        {"nothing around the gap", "{{c1::heap}}.", "", NULL},
        {"half a gap beside a whole one", "{{c1::A}} before {{c2::B", "", NULL},
        {"a gap in a gap", "{{c1::A {{c2::B}} C}} D", "", NULL},
        {"a plain card where gaps are wanted", "Q", "A", "basic"},
        {"a plain card among others", "Q", "A", "basic"},
        {"gaps among others", "The {{c1::heap}} grows", "", "cloze"},
        {"a plain card without back", "Q", "", NULL},
        {"braces are no gap", "What is {{x}}?", "A template", "basic"},
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
        clean = cleaned("anki_cards", value, &why);
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
        {"a sentence on end", "explanation", "[\"", "The slide shows how pages are mapped. ", 8, "\"]", true},
        {"in Chinese", "explanation", "[\"", "分页把内存分成页。", 30, "\"]", true},
        {"paragraphs all alike are one", "explanation", "[\"One\"", ",\"One\"", 3, "]", false},
        {"points all alike are one", "key_points", "[\"Same point.\"", ",\"same point\"", 2, "]", false},
        {"two sentences in turn", "explanation", "[\"The heap grows upwards in memory.",
         " The stack grows downwards in memory. The heap grows upwards in memory.", 5, "\"]", true},
        {"cards all alike are one", "anki_cards", "[{\"front\":\"F\",\"back\":\"B\"}",
         ",{\"front\":\"F\",\"back\":\"B\"}", 12, "]", false},
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

static char *left_out_of(const char *member, const char *value)
{
    json_t *raw = json_loads(GOOD, 0, NULL), *clean;
    const char *why;
    char *text;

    json_object_set_new(raw, member, json_loads(value, JSON_DECODE_ANY, NULL));
    clean = answer_clean(raw, 3, &why);
    assert_non_null(clean);
    text = json_dumps(json_object_get(clean, "left_out"), JSON_COMPACT | JSON_ENCODE_ANY);
    json_decref(clean);
    json_decref(raw);
    return text;
}

static void counts_what_it_leaves_out(void **state)
{
    static const struct {
        const char *member, *value, *left_out; /* NULL: nothing */
    } rows[] = {
        {"anki_cards", "[{\"front\":\"F\",\"back\":\"B\"}]", NULL},
        {"anki_cards", "[7,{\"front\":\"Q\",\"back\":null},{\"front\":\" \",\"back\":\"b\"}]",
         "[{\"what\":\"card\",\"reason\":\"no_card\",\"count\":1},{\"what\":\"card\",\"reason\":\"no_back\","
         "\"count\":1},"
         "{\"what\":\"card\",\"reason\":\"no_front\",\"count\":1}]"},
        {"anki_cards",
         "[[\"1\",\"a\"],[\"2\",\"a\"],[\"3\",\"a\"],[\"4\",\"a\"],[\"5\",\"a\"],[\"1\",\"b\"]]",
         "[{\"what\":\"card\",\"reason\":\"too_many\",\"count\":2},{\"what\":\"card\",\"reason\":"
         "\"repeated\",\"count\":1}]"},
        {"anki_cards", "[{\"front\":\"The {{c1::heap grows\",\"back\":\"\"}]",
         "[{\"what\":\"card\",\"reason\":\"bad_gap\",\"count\":1}]"},
        {"explanation", "[\"One.\",\"One.\",\"One.\",true,null]",
         "[{\"what\":\"paragraph\",\"reason\":\"repeated\",\"count\":2},{\"what\":\"paragraph\",\"reason\":"
         "\"not_text\",\"count\":1}]"},
        {"connections", "null", NULL},
        {"connections", "false", "[{\"what\":\"connections\",\"reason\":\"not_text\",\"count\":1}]"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *text = left_out_of(rows[i].member, rows[i].value);

        print_message("  %s\n", rows[i].value);
        if (rows[i].left_out == NULL)
            assert_null(text);
        else
            assert_string_equal(text, rows[i].left_out);
        free(text);
    }
}

static void cuts_what_is_too_long_behind_a_sentence(void **state)
{
    char *value = many("\"", "This is sentence after sentence, number none. ", 12, "and so on\""), *clean,
         *text;
    const char *why;

    (void)state;
    clean = cleaned("title", value, &why);
    assert_true(strlen(clean) <= 500 + 2 && strlen(clean) > 400);
    assert_string_equal(clean + strlen(clean) - 7, " none.\"");
    text = left_out_of("title", value);
    assert_string_equal(text, "[{\"what\":\"title\",\"reason\":\"cut\",\"count\":1}]");
    free(text);
    free(clean);
    free(value);
    value = many("\"", "word", 200, "\"");
    text = left_out_of("title", value);
    assert_string_equal(text, "[{\"what\":\"title\",\"reason\":\"too_long\",\"count\":1}]");
    free(text);
    free(value);
}

static void finds_an_answer_in_other_wrappings(void **state)
{
    static const char *const rows[] = {
        "{\"slide\":" GOOD "}",
        "{\"response\":{\"data\":" GOOD "}}",
        "[" GOOD "]",
        "{\"Title\":\"T\",\"Kind\":\"content\",\"Explanation\":[\"One.\",\"Two.\"],\"keyPoints\":[\"P\"],"
        "\"connections\":\"\",\"Short "
        "Summary\":\"S\",\"labels\":[\"L\"],\"flashcards\":[{\"concept\":\"C\",\"front\":\"F\","
        "\"back\":\"B\"}],\"thoughts\":\"none\"}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        json_t *raw = json_loads(rows[i], 0, NULL), *clean;
        const char *why;
        char *text;

        print_message("  %s\n", rows[i]);
        clean = answer_clean(raw, 3, &why);
        assert_non_null(clean);
        text = json_dumps(clean, JSON_COMPACT);
        assert_string_equal(text, GOOD);
        free(text);
        json_decref(clean);
        json_decref(raw);
    }
}

static void two_answers_are_none(void **state)
{
    json_t *raw = json_loads("[" GOOD "," GOOD "]", 0, NULL);
    const char *why;

    (void)state;
    assert_null(answer_clean(raw, 3, &why));
    json_decref(raw);
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
        cmocka_unit_test(knows_whole_gaps),
        cmocka_unit_test(knows_loops_from_honest_texts),
        cmocka_unit_test(counts_what_it_leaves_out),
        cmocka_unit_test(cuts_what_is_too_long_behind_a_sentence),
        cmocka_unit_test(finds_an_answer_in_other_wrappings),
        cmocka_unit_test(two_answers_are_none),
        cmocka_unit_test(keys_stand_in_the_order_of_the_format),
        cmocka_unit_test(schema_is_strict),
        cmocka_unit_test(schema_asks_for_the_type_where_there_are_several),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

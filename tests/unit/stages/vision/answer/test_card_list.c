/* test_card_list - the flashcards of an answer, found under other names, counted where they are left out */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/vision/answer/answer_unwrap.h"
#include "stages/vision/answer/card_list.h"
#include "stages/vision/answer/left_out.h"

/* The cards of a list as "type:front>back", a bar between them; then what was left out as "reason*count". */
static void check(const char *json, unsigned max, const char *wanted)
{
    json_t *value = json_loads(json, JSON_DECODE_ANY, NULL), *left_out = json_array(), *entry;
    json_t *cards = card_list_clean(value, max, left_out);
    char got[1024] = "";
    size_t i;

    json_array_foreach(cards, i, entry)
    {
        const char *const names[] = {"type", "front", "back"}, *const behind[] = {":", ">", "|"};

        for (size_t k = 0; k < 3; k++) {
            strcat(got, json_string_value(json_object_get(entry, names[k])));
            strcat(got, behind[k]);
        }
    }
    json_array_foreach(left_out, i, entry)
    {
        char count[16];

        snprintf(count, sizeof count, "*%d ", (int)json_integer_value(json_object_get(entry, "count")));
        strcat(got, json_string_value(json_object_get(entry, "reason")));
        strcat(got, count);
    }
    assert_string_equal(got, wanted);
    json_decref(cards);
    json_decref(left_out);
    json_decref(value);
}

static void cards_under_many_names(void **state)
{
    (void)state;
    check("[{\"front\":\"F\",\"back\":\"B\"}]", 9, "basic:F>B|");
    check("[{\"Question\":\"F\",\"answer\":\"B\"},[\"G\",\"C\"],{\"card\":{\"q\":\"H\",\"a\":\"D\"}}]", 9,
          "basic:F>B|basic:G>C|basic:H>D|");
    check("[{\"front\":[\"F\",\"G\"],\"back\":7}]", 9, "basic:F\nG>7|");
    check(
        "[{\"front\":\"细胞是什么？\",\"back\":\"生命的单位\"},{\"front\":\"ما القلب؟\",\"back\":\"نواة\"}]",
        9, "basic:细胞是什么？>生命的单位|basic:ما القلب؟>نواة|");
}

static void gaps_make_a_cloze(void **state)
{
    (void)state;
    check("[{\"type\":\"basic\",\"front\":\"The {{c1::cell}} lives\",\"back\":\"\"}]", 9,
          "cloze:The {{c1::cell}} lives>|");
    check("[{\"front\":\"The {{c1::cell lives\",\"back\":\"B\"}]", 9, "bad_gap*1 ");
    check("[{\"front\":\"{{c1::cell}}\",\"back\":\"\"}]", 9, "bad_gap*1 ");
}

static void what_is_no_card_is_counted(void **state)
{
    (void)state;
    check("[{\"front\":\"F\",\"back\":\" \"},{\"back\":\"B\"},7,\"x\",null,[1,2]]", 9,
          "no_back*1 no_front*1 no_card*4 ");
    check("{\"front\":\"F\"}", 9, "no_card*1 ");
    check("null", 9, "");
    check("[]", 9, "");
}

static void the_same_question_is_asked_once(void **state)
{
    (void)state;
    check("[{\"front\":\"What is it?\",\"back\":\"B\"},{\"front\":\"what is IT\",\"back\":\"C\"}]", 9,
          "basic:What is it?>B|repeated*1 ");
}

static void no_more_than_asked_for(void **state)
{
    (void)state;
    check("[[\"a\",\"1\"],[\"b\",\"2\"],[\"c\",\"3\"]]", 2, "basic:a>1|basic:b>2|too_many*1 ");
    check("[[\"a\",\"1\"]]", 0, "too_many*1 ");
}

static void endless_texts_are_left_out(void **state)
{
    char json[20000] = "[[\"a\",\"";

    (void)state;
    for (int i = 0; i < 50; i++)
        strcat(json, "and so it goes on and ");
    strcat(json, "\"],[\"");
    for (int i = 0; i < 120; i++)
        strcat(json, "0123456789");
    strcat(json, "\",\"b\"]]");
    check(json, 9, "repeated*1 too_long*1 ");
}

/* ---- unwrapping ---- */

static const struct member_name names[] = {{"title", {"name"}}, {"key_points", {"points", "bullets"}}};

static void check_unwrapped(const char *json, const char *wanted)
{
    json_t *raw = json_loads(json, JSON_DECODE_ANY, NULL), *found = answer_unwrap(raw, names, 2);
    char *text = found == NULL ? NULL : json_dumps(found, JSON_COMPACT | JSON_SORT_KEYS);

    if (wanted == NULL)
        assert_null(text);
    else
        assert_string_equal(text, wanted);
    free(text);
    json_decref(found);
    json_decref(raw);
}

static void objects_are_found_inside_others(void **state)
{
    (void)state;
    check_unwrapped("{\"title\":\"T\"}", "{\"title\":\"T\"}");
    check_unwrapped("{\"slide\":{\"title\":\"T\"}}", "{\"title\":\"T\"}");
    check_unwrapped("[{\"title\":\"T\"}]", "{\"title\":\"T\"}");
    check_unwrapped("{\"response\":\" {'title': 'T',}\"}", "{\"title\":\"T\"}");
    check_unwrapped("{\"Title\":\"T\",\"keyPoints\":[],\"x\":1}",
                    "{\"key_points\":[],\"title\":\"T\",\"x\":1}");
    check_unwrapped("{\"name\":\"no\",\"title\":\"T\",\"Key Points\":[1],\"bullets\":[2]}",
                    "{\"key_points\":[1],\"title\":\"T\"}");
}

static void two_objects_are_a_guess(void **state)
{
    (void)state;
    check_unwrapped("[{\"title\":\"T\"},{\"title\":\"U\"}]", NULL);
    check_unwrapped("{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"title\":\"deep\"}}}}}}", NULL);
    check_unwrapped("{\"x\":1}", NULL);
    check_unwrapped("\"{\\\"title\\\":\\\"cut\"", NULL);
    check_unwrapped("7", NULL);
}

static void reasons_are_counted(void **state)
{
    json_t *list = json_array();
    char *text;

    (void)state;
    left_out_add(list, "card", "no_back");
    left_out_add(list, "paragraph", "cut");
    left_out_add(list, "card", "no_back");
    text = json_dumps(list, JSON_COMPACT);
    assert_string_equal(text, "[{\"what\":\"card\",\"reason\":\"no_back\",\"count\":2},"
                              "{\"what\":\"paragraph\",\"reason\":\"cut\",\"count\":1}]");
    free(text);
    json_decref(list);
    left_out_add(NULL, "card", "no_back"); /* nobody counts */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cards_under_many_names),
        cmocka_unit_test(gaps_make_a_cloze),
        cmocka_unit_test(what_is_no_card_is_counted),
        cmocka_unit_test(the_same_question_is_asked_once),
        cmocka_unit_test(no_more_than_asked_for),
        cmocka_unit_test(endless_texts_are_left_out),
        cmocka_unit_test(objects_are_found_inside_others),
        cmocka_unit_test(two_objects_are_a_guess),
        cmocka_unit_test(reasons_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_text_outputs - summary.json as jansson reads it, lecture.md as md4c does, and what comes before both
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <md4c.h>

#include "stages/assembler/card_prepare.h"
#include "stages/assembler/json_fields.h"
#include "stages/assembler/markdown.h"
#include "stages/assembler/summary_json.h"
#include "tests/unit/stages/assembler/sample.h"

/* ---- members of JSON objects ---- */

static void fields_are_checked_and_cleaned(void **state)
{
    json_t *object =
        json_pack("{s:s, s:i, s:s, s:[s,i,s], s:f, s:i}", "text", " a\x01\x1f\x7f\u202e b\r\nc ", "number", 7,
                  "word", "name", "list", "x", 1, "", "cost_usd", -1.0, "below", -7);
    char why[256] = "";
    struct reading reading = {.pool = pool_new(), .why = why, .room = sizeof why};

    (void)state;
    assert_string_equal(get_text(&reading, object, "text"), "a b\nc");
    assert_string_equal(may_text(&reading, object, "number"), "");
    assert_string_equal(may_word(&reading, object, "word", " number name "), "name");
    assert_string_equal(may_word(&reading, object, "word", " number names "), "");
    assert_int_equal(may_number(object, "number"), 7);
    assert_int_equal(may_number(object, "below"), 0);
    assert_int_equal(may_number(NULL, "number"), 0);
    assert_true(may_cost(object) < 0);
    assert_int_equal(may_texts(&reading, object, "list").count, 1);
    assert_int_equal(get_number(&reading, object, "number", 7, 7), 7);
    assert_false(reading.bad);
    get_number(&reading, object, "number", 8, 9);
    assert_true(reading.bad);
    assert_non_null(strstr(why, "\"number\" is not a number from 8 to 9"));
    get_texts(&reading, object, "list"); /* the first complaint stands */
    assert_non_null(strstr(why, "\"number\""));
    pool_free(&reading.pool);
    json_decref(object);
}

/* ---- cards ---- */

static void cards_that_show_nothing_are_left_out(void **state)
{
    json_t *answer = sample_answer("x"), *cards = json_object_get(answer, "anki_cards");
    struct language language;
    struct lecture *lecture;

    (void)state;
    json_array_clear(cards);
    json_array_append_new(cards, json_pack("{s:s, s:s}", "front", "\\( \\)", "back", "nothing was asked"));
    json_array_append_new(cards, json_pack("{s:s, s:s}", "front", "What is a page?", "back", "\u200b\u00a0"));
    json_array_append_new(cards, json_pack("{s:s, s:s}", "front", "What is a page?", "back", "A block."));
    json_array_append_new(cards,
                          json_pack("{s:s, s:s}", "front", "what is a PAGE", "back", "A block of it."));
    lecture = sample_lecture("T", "en", json_pack("[o]", sample_slide(1, answer)));
    language_find(&language, "en");
    cards_prepare(lecture, &language);
    assert_int_equal(lecture_cards(lecture), 1);
    assert_string_equal(lecture->slides[0].answer->cards[0].back, "A block of it.");
    assert_int_equal(strlen(lecture->slides[0].answer->cards[0].guid), GUID_ROOM - 1);
    assert_true(lecture->slides[0].answer->cards[0].modified_s > 0);
    lecture_free(&lecture);
}

/* ---- summary.json ---- */

static void a_summary_says_what_was_said(void **state)
{
    char *huge = sample_huge();

    (void)state;
    for (size_t i = 0; i <= LENGTH(sample_hostile); i++) {
        const char *words = i < LENGTH(sample_hostile) ? sample_hostile[i] : huge;
        struct language language;
        struct lecture *lecture = sample_of(words, "en", &language);
        struct bytes json = {0};
        json_error_t error;
        json_t *root, *slide;

        summary_make(lecture, &language, &json);
        root = json_loadb(json.data, json.size, JSON_REJECT_DUPLICATES, &error);
        assert_non_null(root);
        slide = json_array_get(json_object_get(root, "slides"), 0);
        assert_string_equal(json_string_value(json_object_get(slide, "title")), words);
        assert_string_equal(json_string_value(json_array_get(json_object_get(slide, "explanation"), 0)),
                            words);
        assert_int_equal(json_array_size(json_object_get(root, "anki_cards")), lecture_cards(lecture));
        assert_string_equal(json_string_value(json_object_get(root, "jobId")), "job-1");
        json_decref(root);
        bytes_drop(&json);
        lecture_free(&lecture);
    }
    free(huge);
}

/* ---- lecture.md ---- */

struct seen {
    size_t links, foreign, html, headings;
};

static int on_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
    struct seen *seen = arg;

    (void)detail;
    seen->headings += type == MD_BLOCK_H;
    return 0;
}

static int on_span(MD_SPANTYPE type, void *detail, void *arg)
{
    struct seen *seen = arg;

    if (type == MD_SPAN_A) {
        const MD_ATTRIBUTE *href = &((MD_SPAN_A_DETAIL *)detail)->href;

        seen->links++;
        seen->foreign += href->size == 0 || *href->text != '#';
    }
    seen->foreign += type == MD_SPAN_IMG;
    return 0;
}

static int on_leave_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
    (void)type, (void)detail, (void)arg;
    return 0;
}

static int on_leave_span(MD_SPANTYPE type, void *detail, void *arg)
{
    (void)type, (void)detail, (void)arg;
    return 0;
}

/* Our own markup is <b>, <i>, <s>, <br> and the anchors of slides. */
static int on_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *arg)
{
    static const char *const ours[] = {"<b>",  "</b>",           "<i>", "</i>", "<s>", "</s>",
                                       "<br>", "<a id=\"slide-", "</a>"};
    struct seen *seen = arg;
    bool known = type != MD_TEXT_HTML || (size == 1 && *text == '\n');

    for (size_t i = 0; i < LENGTH(ours); i++)
        known = known || (size >= strlen(ours[i]) && strncmp(text, ours[i], strlen(ours[i])) == 0);
    seen->html += !known;
    return 0;
}

static void a_lecture_in_markdown_has_no_markup_of_strangers(void **state)
{
    static const MD_PARSER parser = {.flags = MD_DIALECT_GITHUB,
                                     .enter_block = on_block,
                                     .leave_block = on_leave_block,
                                     .enter_span = on_span,
                                     .leave_span = on_leave_span,
                                     .text = on_text};

    (void)state;
    for (size_t i = 0; i < LENGTH(sample_hostile); i++) {
        struct language language;
        struct lecture *lecture = sample_of(sample_hostile[i], "en", &language);
        struct bytes markdown = {0};
        struct seen seen = {0};
        const char *body;

        markdown_make(lecture, &language, &markdown);
        body = strstr(bytes_text(&markdown), "\n---\n\n") + 6; /* behind the front matter */
        assert_int_equal(md_parse(body, (MD_SIZE)strlen(body), &parser, &seen), 0);
        print_message("%s\n", sample_hostile[i]);
        assert_int_equal(seen.html, 0);
        assert_int_equal(seen.foreign, 0);
        assert_true(seen.links >= 1);
        assert_true(seen.headings >= 3);
        bytes_drop(&markdown);
        lecture_free(&lecture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_checked_and_cleaned),
        cmocka_unit_test(cards_that_show_nothing_are_left_out),
        cmocka_unit_test(a_summary_says_what_was_said),
        cmocka_unit_test(a_lecture_in_markdown_has_no_markup_of_strangers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What is remembered of a page, and which pages are steps on the way to the next. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "supervisor/job/build_up.h"

static struct build_up *build_up(const char *members, const char *lines)
{
    char json[4096];

    snprintf(json, sizeof json, "{\"width\":100,\"height\":90%s,\"lines\":[%s]}", members, lines);
    return build_up_make(json, strlen(json));
}

#define LINE(y, size, text) "{\"x\":1,\"y\":" #y ",\"w\":9,\"h\":9,\"size\":" #size ",\"text\":\"" text "\"}"
#define TITLE               LINE(2, 20, "Sorting in place")
#define FIRST               LINE(40, 12, "Swap neighbours until no pair is out of order")

static void a_step_is_what_the_layer_says(void **state)
{
    static const struct {
        const char *members;
        bool step;
    } rows[] = {{"", false}, {",\"step\":1", true}, {",\"step\":0", false}, {",\"step\":\"1\"", false}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct build_up *found = build_up(rows[i].members, TITLE "," FIRST);

        assert_int_equal(found->step, rows[i].step);
        build_up_free(&found);
    }
}

static void the_text_is_what_is_not_at_the_edge(void **state)
{
    static const struct {
        const char *lines, *text;
    } rows[] = {
        {TITLE "," FIRST, "Sorting in place\nSwap neighbours until no pair is out of order"},
        {"", ""},
        {LINE(40, 12, "3.1") "," LINE(50, 12, "42"), ""}, /* tells nothing */
        {LINE(40, 12, "页面调度"), "页面调度"},
        {LINE(-4, 2, "University of Sorting") "," LINE(40, 12, "Heaps") "," LINE(82, 2, "page 7 of 60"),
         "Heaps"},
        {LINE(82, 2, "Scanned by the institute"), ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct build_up *found = build_up("", rows[i].lines);

        assert_string_equal(found->text, rows[i].text);
        build_up_free(&found);
    }
}

static void of_a_long_text_the_beginning_is_remembered(void **state)
{
    char line[1200] = "", lines[3600];
    struct build_up *found;

    (void)state;
    for (int i = 0; i < 299; i++)
        strcat(line, "é");
    snprintf(lines, sizeof lines,
             "{\"y\":20,\"size\":9,\"text\":\"%s\"},{\"y\":30,\"size\":9,\"text\":\"%s\"}", line, line);
    found = build_up("", lines);
    assert_int_equal(strlen(found->text), 599); /* no half of a letter */
    build_up_free(&found);
}

static void the_title_is_the_largest_line_above(void **state)
{
    static const struct {
        const char *lines, *title;
    } titles[] = {
        {TITLE "," FIRST, "Sorting in place"},
        {FIRST "," TITLE, "Sorting in place"},
        {LINE(2, 20, "12") "," LINE(5, 10, "Heaps"), "Heaps"},
        {LINE(80, 30, "below"), ""},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        struct build_up *found = build_up("", titles[i].lines);

        assert_string_equal(found->title, titles[i].title);
        build_up_free(&found);
    }
}

static void what_is_no_layer_has_an_empty_gist(void **state)
{
    static const char *const texts[] = {"", "{", "[]", "{\"lines\":7}",
                                        "{\"step\":[1],\"lines\":[1,{\"text\":2}]}"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct build_up *found = build_up_make(texts[i], strlen(texts[i]));

        assert_false(found->step);
        assert_string_equal(found->title, "");
        build_up_free(&found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_text_is_what_is_not_at_the_edge),
        cmocka_unit_test(of_a_long_text_the_beginning_is_remembered),
        cmocka_unit_test(a_step_is_what_the_layer_says),
        cmocka_unit_test(the_title_is_the_largest_line_above),
        cmocka_unit_test(what_is_no_layer_has_an_empty_gist),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_rich_find - where formulas, code and commands end in a text */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/assembler/rich/rich_internal.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static void formulas_end_where_they_should(void **state)
{
    static const struct {
        const char *sentence, *text, *inner; /* inner: NULL: there is none */
        bool display;
    } rows[] = {
        {"parentheses", "\\(a\\) b", "a", false},
        {"a pair of backslashes ends nothing", "\\(a \\\\) b\\)", "a \\\\) b", false},
        {"parentheses over lines", "\\(a\nb\\)", "a\nb", false},
        {"but not over a blank line", "\\(a\n \nb\\)", NULL, false},
        {"no end", "\\(a", NULL, false},
        {"dollars", "$a$ b", "a", false},
        {"an escaped dollar is none", "$a\\$b$", "a\\$b", false},
        {"a price", "$5 and $10", NULL, false},
        {"a blank before the end", "$a $", NULL, false},
        {"brackets", "\\[a\\]", "a", true},
        {"two dollars", "$$a$b$$", "a$b", true},
        {"nothing between them", "$$$$", NULL, true},
        {"an environment is all of it", "\\begin{align}a\\end{align} b", "\\begin{align}a\\end{align}", true},
        {"one in another", "\\begin{cases}\\begin{cases}\\end{cases}\\end{cases}",
         "\\begin{cases}\\begin{cases}\\end{cases}\\end{cases}", true},
        {"an environment of words is none", "\\begin{itemize}a\\end{itemize}", NULL, true},
        {"a command", "\\alpha", NULL, true},
        {"CJK", "$\u91cf_1$\u3002", "\u91cf_1", false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct ends ends = {0};
        struct found found;
        bool display, any = rich_find_formula(&ends, rows[i].text, rows[i].text, &found, &display);

        print_message("%s\n", rows[i].sentence);
        assert_int_equal(any, rows[i].inner != NULL);
        assert_int_equal(display, rows[i].display);
        if (!any)
            continue;
        assert_int_equal(found.inner_size, strlen(rows[i].inner));
        assert_memory_equal(found.inner, rows[i].inner, found.inner_size);
    }
}

/* A search that found nothing is not made again, and one that did serves all that come before its end. */
static void ends_are_remembered(void **state)
{
    static const char text[] = "\\[a \\[b \\] c \\[d";
    struct ends ends = {0};
    struct found first, second;
    bool display;

    (void)state;
    assert_true(rich_find_formula(&ends, text, text, &first, &display));
    assert_ptr_equal(ends.bracket, strstr(text, "\\]"));
    assert_true(rich_find_formula(&ends, text, text + 4, &second, &display));
    assert_ptr_equal(first.end, second.end);
    assert_false(rich_find_formula(&ends, text, strstr(text, "\\[d"), &second, &display));
    assert_ptr_equal(ends.bracket, text + sizeof text - 1);
}

static void code_ends_with_as_many_backticks(void **state)
{
    static const struct {
        const char *text, *inner;
    } rows[] = {{"`a`", "a"}, {"``a`b``", "a`b"}, {"`a``b`", "a``b"},
                {"`a", NULL}, {"``a`", NULL},     {"`````````a`````````", NULL}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct ends ends = {0};
        struct found found;
        bool any = rich_find_code(&ends, rows[i].text, &found);

        assert_int_equal(any, rows[i].inner != NULL);
        if (!any)
            continue;
        assert_int_equal(found.inner_size, strlen(rows[i].inner));
        assert_memory_equal(found.inner, rows[i].inner, found.inner_size);
    }
}

static void a_command_ends_with_its_word(void **state)
{
    static const struct {
        const char *text, *rest;
        size_t at;
    } rows[] = {{"\\alpha b", " b", 0},         {"\\alpha.", ".", 0},     {"\\frac{a + b}{2}, c", ", c", 0},
                {"f(\\beta) c", " c", 2},       {"\\beta) c", ") c", 0},  {"\\a{b", "{b", 0},
                {"\\alpha\u91cf", "\u91cf", 0}, {"\\alpha**b", "**b", 0}, {"\\alpha`b`", "`b`", 0}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        print_message("%s\n", rows[i].text);
        assert_string_equal(rich_find_command(rows[i].text, rows[i].text + rows[i].at), rows[i].rest);
    }
}

/* ---- marks of gaps ---- */

static void marks_say_which_gap_the_text_is_in(void **state)
{
    static const char text[] = "\0011\002b\003";
    const struct gap gaps[] = {{1, NULL}, {3, "hint"}};
    struct reader reader = {.pool = NULL};
    struct gap gap;

    (void)state;
    bytes_add(&reader.gaps, gaps, sizeof gaps);
    assert_ptr_equal(rich_mark(&reader, text, &gap), text + 3);
    assert_int_equal(gap.number, 3);
    assert_string_equal(gap.hint, "hint");
    assert_ptr_equal(rich_mark(&reader, text + 4, &gap), text + 5);
    assert_int_equal(gap.number, 0);
    bytes_drop(&reader.gaps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formulas_end_where_they_should),     cmocka_unit_test(ends_are_remembered),
        cmocka_unit_test(code_ends_with_as_many_backticks),   cmocka_unit_test(a_command_ends_with_its_word),
        cmocka_unit_test(marks_say_which_gap_the_text_is_in),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

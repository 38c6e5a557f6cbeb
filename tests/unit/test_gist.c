/* What is remembered of a page, and which pages are steps on the way to the next. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "supervisor/gist.h"

static struct gist *gist(const char *ink, const char *lines)
{
    char json[4096];

    snprintf(json, sizeof json, "{\"width\":100,\"height\":90,\"ink\":\"%s\",\"lines\":[%s]}", ink, lines);
    return gist_make(json, strlen(json));
}

#define LINE(y, size, text) "{\"x\":1,\"y\":" #y ",\"w\":9,\"h\":9,\"size\":" #size ",\"text\":\"" text "\"}"
#define TITLE               LINE(2, 20, "Sorting in place")
#define FIRST               LINE(40, 12, "Swap neighbours until no pair is out of order")
#define SECOND              LINE(60, 12, "Quadratic in the worst case")
#define OTHER               LINE(40, 12, "Merge sort needs room for a copy of all")

static const struct row {
    const char *name, *ink, *lines, *to_ink, *to_lines;
    bool leads;
} rows[] = {
    {"one more bullet", "33..4...", TITLE "," FIRST, "33..4.5.", TITLE "," FIRST "," SECOND, true},
    {"a title alone, then its first bullet", "33......", TITLE, "33..4...", TITLE "," FIRST, true},
    {"the same words, and more in the picture", "33......", TITLE "," FIRST, "33..77..", TITLE "," FIRST,
     true},
    {"another bullet in the same place", "33..4...", TITLE "," FIRST, "33..4...", TITLE "," OTHER, false},
    {"fewer words", "33..4.5.", TITLE "," FIRST "," SECOND, "33..4...", TITLE "," FIRST, false},
    {"the same words under another picture", "33999999", TITLE, "33555555", TITLE, false},
    {"ink that goes away", "33..4.5.", TITLE "," FIRST, "33......", TITLE "," FIRST "," SECOND, false},
    {"no words at all", "33......", "", "33..4...", "", false},
    {"no picture", "", TITLE "," FIRST, "", TITLE "," FIRST "," SECOND, false},
    {"grids of unlike size", "33......", TITLE, "33......3", TITLE "," FIRST, false},
};

static void steps_are_told_from_other_pages(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gist *from = gist(rows[i].ink, rows[i].lines), *to = gist(rows[i].to_ink, rows[i].to_lines);

        if (gist_leads_to(from, to) != rows[i].leads)
            fail_msg("%s", rows[i].name);
        gist_free(&from);
        gist_free(&to);
    }
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
        struct gist *found = gist("", titles[i].lines);

        assert_string_equal(found->title, titles[i].title);
        gist_free(&found);
    }
}

static void what_is_no_layer_has_an_empty_gist(void **state)
{
    static const char *const texts[] = {"", "{", "[]", "{\"lines\":7}",
                                        "{\"ink\":3,\"lines\":[1,{\"text\":2}]}"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct gist *found = gist_make(texts[i], strlen(texts[i]));

        assert_int_equal(found->count, 0);
        assert_string_equal(found->title, "");
        assert_string_equal(found->ink, "");
        gist_free(&found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_told_from_other_pages),
        cmocka_unit_test(the_title_is_the_largest_line_above),
        cmocka_unit_test(what_is_no_layer_has_an_empty_gist),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_text_rows - the lines of a page as rows: pieces beside each other, bullets, edges, mirrors; and lines
 * joined */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/panic.h"
#include "stages/vision/text/line_join.h"
#include "stages/lib/text/text_rows.h"

enum { WIDTH = 1000, HEIGHT = 750, SIZE = 20 };

static struct page *page;

static void add(int x, int y, int w, const char *text)
{
    page_add(page, &(struct page_line){x, y, w, SIZE, SIZE, false, false, (char *)text});
}

static int new_page(void **state)
{
    (void)state;
    page = page_new(WIDTH, HEIGHT);
    return 0;
}

static int free_page(void **state)
{
    (void)state;
    page_free(&page);
    return 0;
}

/* The rows, each ended by "|"; an entry of a list begins with "*", cells with "#". */
static void check(const char *wanted)
{
    struct text_rows *view = text_rows_of(page);
    char got[1024] = "";

    for (size_t i = 0; i < view->count; i++) {
        strcat(got, view->rows[i].marked ? "*" : "");
        strcat(got, view->rows[i].cells ? "#" : "");
        strcat(got, view->rows[i].text);
        strcat(got, "|");
    }
    assert_string_equal(got, wanted);
    text_rows_free(&view);
    assert_null(view);
}

static void an_empty_page_has_no_rows(void **state)
{
    (void)state;
    check("");
}

static void pieces_beside_each_other_are_one_row(void **state)
{
    (void)state;
    add(100, 200, 80, "The cell");
    add(186, 202, 60, "wall");
    add(100, 300, 60, "mem");
    add(160, 300, 60, "brane"); /* no gap, no blank */
    add(100, 400, 60, "left");
    add(600, 400, 60, "right"); /* another column */
    check("The cell wall|membrane|left|right|");
}

static void bullets_and_numbers_are_taken_off(void **state)
{
    (void)state;
    add(100, 200, 200, "• one");
    add(100, 240, 200, "- two");
    add(100, 280, 200, "-3 degrees");
    add(100, 320, 200, "12) twelve");
    add(100, 360, 200, "(a) first");
    add(100, 400, 200, "1984 was a year");
    add(100, 440, 10, "•");
    add(140, 440, 100, "set apart");
    check("*one|*two|-3 degrees|*twelve|*first|1984 was a year|*set apart|");
}

static void numbers_without_a_stop_make_a_list_if_they_count(void **state)
{
    (void)state;
    add(100, 200, 200, "1 Plan");
    add(100, 240, 200, "2 Build");
    add(100, 280, 200, "3 Test");
    add(100, 320, 200, "7 dwarfs");
    check("*Plan|*Build|*Test|7 dwarfs|");
}

static void numbers_far_to_the_right_are_cells(void **state)
{
    (void)state;
    add(100, 200, 80, "Water");
    add(400, 200, 40, "71 %");
    add(600, 200, 40, "3,5");
    check("#Water  71 %  3,5|");
}

static void what_stands_at_the_edges_is_left_out(void **state)
{
    (void)state;
    page_add(page, &(struct page_line){100, 5, 300, 12, 12, false, false, "A course in biology"});
    add(100, 300, 400, "The cell is the unit of life");
    add(900, 720, 40, "17 / 30");
    check("The cell is the unit of life|");
}

/* From right to left: the bullet stands on the right, and a column is read from there. */
static void pages_from_right_to_left_are_mirrored(void **state)
{
    struct text_rows *view;

    (void)state;
    add(600, 200, 280, "قلب الخلية هو النواة");
    add(900, 200, 20, "•");
    add(500, 240, 400, "• התא הוא יחידת החיים");
    view = text_rows_of(page);
    assert_int_equal(view->rows[0].mark_x, WIDTH - 600 - 280);
    assert_true(view->rows[view->count - 1].marked);
    assert_string_equal(view->rows[view->count - 1].text, "התא הוא יחידת החיים");
    text_rows_free(&view);
}

static void wide_scripts_have_no_blanks(void **state)
{
    (void)state;
    add(100, 200, 80, "细胞是");
    add(186, 200, 80, "生命");
    check("细胞是生命|");
}

static void rows_can_be_taken_out(void **state)
{
    struct text_rows *view;

    (void)state;
    add(100, 200, 200, "one");
    add(100, 260, 200, "* * *");
    view = text_rows_of(page);
    assert_int_equal(view->count, 2);
    assert_false(row_wordless(&view->rows[0]));
    assert_true(row_wordless(&view->rows[1]));
    text_rows_drop(view, 0);
    assert_int_equal(view->count, 1);
    text_rows_free(&view);
}

static void hostile_places_are_rows_all_the_same(void **state)
{
    (void)state;
    add(-5, 300, 0, "nowhere");
    add(2000, 300, -40, "beyond");
    page_add(page, &(struct page_line){100, 400, 10, 0, 0, false, false, "flat"});
    for (int i = 0; i < 200; i++)
        add(100, 500, 5, "7");
    struct text_rows *view = text_rows_of(page);
    assert_true(view->count > 0);
    text_rows_free(&view);
}

/* ---- lines joined ---- */

static void a_line_and_its_continuation(void **state)
{
    static const struct {
        const char *text, *more, *whole;
    } rows[] = {
        {"the cell", "wall", "the cell wall"},
        {"the mem-", "brane of it", "the membrane of it"}, /* parted at the end of the line */
        {"the mem\xc2\xad", "brane", "the membrane"},      /* by a soft hyphen */
        {"a self-", "made man", "a self-made man"},        /* a compound */
        {"an X-", "Ray", "an X-Ray"},
        {"a state-of-", "the-art", "a state-of-the-art"},
        {"input-", "and output", "input- and output"}, /* stands for the rest of the word */
        {"Ein-", "und Ausgabe", "Ein- und Ausgabe"},
        {"see a.example/x-", "y", "see a.example/x-y"},
        {"one -", "two", "one - two"},
        {"细胞是生命", "的基本单位", "细胞是生命的基本单位"},
        {"التا", "ريخ", "التا ريخ"},
        {"", "x", " x"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = need_dup(rows[i].text);

        line_join(&text, rows[i].more);
        assert_string_equal(text, rows[i].whole);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define ON_A_PAGE(test) cmocka_unit_test_setup_teardown(test, new_page, free_page)
        ON_A_PAGE(an_empty_page_has_no_rows),
        ON_A_PAGE(pieces_beside_each_other_are_one_row),
        ON_A_PAGE(bullets_and_numbers_are_taken_off),
        ON_A_PAGE(numbers_without_a_stop_make_a_list_if_they_count),
        ON_A_PAGE(numbers_far_to_the_right_are_cells),
        ON_A_PAGE(what_stands_at_the_edges_is_left_out),
        ON_A_PAGE(pages_from_right_to_left_are_mirrored),
        ON_A_PAGE(wide_scripts_have_no_blanks),
        ON_A_PAGE(rows_can_be_taken_out),
        ON_A_PAGE(hostile_places_are_rows_all_the_same),
        cmocka_unit_test(a_line_and_its_continuation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_build_up_step - is a page but a step on the way to the next one? Its words, its ink, its page counter
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "stages/rasterizer/build_up_step.h"
#include "stages/rasterizer/page_counter.h"
#include "stages/rasterizer/text_layer.h"

enum { WIDTH = 200, HEIGHT = 200 };

struct drawn {
    struct text_layer layer;
    unsigned char rgb[HEIGHT * WIDTH * 3];
};

static struct drawn here, there;

static void clear(struct drawn *drawn)
{
    drawn->layer.size = 0;
    drawn->layer.lines = 0;
    memset(drawn->rgb, 255, sizeof drawn->rgb);
}

static int clear_both(void **state)
{
    (void)state;
    clear(&here);
    clear(&there);
    return 0;
}

static void write_at(struct drawn *drawn, int x, int y, const char *text)
{
    const struct jail_line head = {
        .x = x, .y = y, .w = 8 * (int)strlen(text), .h = 10, .size = 8, .bytes = (uint32_t)strlen(text)};

    memcpy(drawn->layer.bytes + drawn->layer.size, &head, sizeof head);
    memcpy(drawn->layer.bytes + drawn->layer.size + sizeof head, text, head.bytes);
    drawn->layer.size += sizeof head + head.bytes;
    drawn->layer.lines++;
}

static void fill(struct drawn *drawn, int x, int y, int w, int h, unsigned char shade)
{
    for (int v = y; v < y + h; v++)
        memset(drawn->rgb + ((size_t)v * WIDTH + (size_t)x) * 3, shade, (size_t)w * 3);
}

static struct build_up_page page_of(const struct drawn *drawn, unsigned number)
{
    return (struct build_up_page){.number = number,
                                  .layer = &drawn->layer,
                                  .rgb = drawn->rgb,
                                  .stride = (size_t)WIDTH * 3,
                                  .width = WIDTH,
                                  .height = HEIGHT};
}

static bool words(void)
{
    const struct build_up_page page = page_of(&here, 7), next = page_of(&there, 8);

    return build_up_words(&page, &next);
}

static bool ink(void)
{
    const struct build_up_page page = page_of(&here, 7), next = page_of(&there, 8);

    return build_up_ink(&page, &next);
}

/* ---- words ---- */

static void all_words_must_come_back(void **state)
{
    (void)state;
    write_at(&here, 20, 60, "The cell: wall.");
    write_at(&there, 20, 60, "The cell wall, and the core");
    assert_true(words());
    write_at(&here, 20, 80, "membrane");
    assert_false(words());
}

static void each_as_often(void **state)
{
    (void)state;
    write_at(&here, 20, 60, "one one two");
    write_at(&there, 20, 60, "one two three");
    assert_false(words());
    write_at(&there, 20, 80, "one");
    assert_true(words());
}

static void too_few_words_tell_nothing(void **state)
{
    (void)state;
    assert_false(words());
    write_at(&here, 20, 60, "one");
    write_at(&there, 20, 60, "one two");
    assert_false(words());
}

static void words_of_other_scripts(void **state)
{
    (void)state;
    write_at(&here, 20, 60, "قلب الخلية 细胞");
    write_at(&there, 20, 60, "细胞 قلب الخلية: نواة");
    assert_true(words());
}

/* Behind a digit, signs count: "1." is another thing than "1". */
static void signs_behind_digits_count(void **state)
{
    (void)state;
    write_at(&here, 20, 60, "a 1. b");
    write_at(&there, 20, 60, "a 1 b");
    assert_false(words());
}

static void page_counters_may_count_on(void **state)
{
    (void)state;
    write_at(&here, 20, 60, "one two");
    write_at(&there, 20, 60, "one two");
    write_at(&here, 150, 185, "7/30");
    write_at(&there, 150, 185, "8/30");
    assert_true(words());
    here.layer.size = there.layer.size = 0;
    write_at(&here, 20, 60, "one two");
    write_at(&there, 20, 60, "one two");
    write_at(&here, 150, 100, "7/30"); /* in the middle it is a number of the slide */
    write_at(&there, 150, 100, "8/30");
    assert_false(words());
}

static void counters_are_found_at_the_edges(void **state)
{
    struct page_counters counters;
    struct line_cursor lines;
    struct line line;

    (void)state;
    write_at(&here, 20, 60, "7");
    write_at(&here, 150, 185, "page 7 of 30");
    write_at(&here, 20, 185, "2024");
    write_at(&there, 20, 60, "8");
    write_at(&there, 150, 185, "page 8 of 30");
    write_at(&there, 20, 185, "2025"); /* above the number of its page */
    counters = page_counters_find(&here.layer, &there.layer, 7, HEIGHT);
    assert_int_equal(counters.count, 1);
    lines = line_cursor_of(&here.layer);
    assert_true(line_cursor_next(&lines, &line));
    assert_false(page_counters_have(&counters, &line));
    assert_true(line_cursor_next(&lines, &line));
    assert_true(page_counters_have(&counters, &line));
    assert_true(line_cursor_next(&lines, &line));
    assert_false(page_counters_have(&counters, &line));
    assert_false(line_cursor_next(&lines, &line));
}

/* ---- ink ---- */

static void what_is_added_where_nothing_was(void **state)
{
    (void)state;
    fill(&here, 20, 40, 60, 10, 0);
    fill(&there, 20, 40, 60, 10, 0);
    assert_true(ink());
    fill(&there, 20, 120, 60, 10, 0);
    assert_true(ink());
}

static void a_lost_stroke_is_no_step(void **state)
{
    (void)state;
    fill(&here, 20, 40, 60, 10, 0);
    assert_false(ink());
    fill(&there, 21, 44, 60, 10, 0); /* moved */
    assert_false(ink());
}

static void a_stroke_more_makes_another_sign(void **state)
{
    (void)state;
    fill(&here, 40, 60, 12, 3, 0); /* a minus */
    fill(&there, 40, 60, 12, 3, 0);
    fill(&there, 45, 55, 3, 12, 0); /* becomes a plus */
    assert_false(ink());
}

static void a_bar_at_the_edge_grows(void **state)
{
    (void)state;
    fill(&here, 20, 40, 60, 10, 0);
    fill(&there, 20, 40, 60, 10, 0);
    fill(&here, 0, 198, 100, 2, 60);
    fill(&there, 0, 198, 140, 2, 60);
    assert_true(ink());
}

static void text_may_change_its_colour(void **state)
{
    (void)state;
    write_at(&here, 20, 60, "one two");
    write_at(&there, 20, 60, "one two");
    fill(&here, 20, 62, 40, 4, 0);
    fill(&there, 20, 62, 40, 4, 120); /* grey */
    assert_true(ink());
    fill(&there, 20, 62, 40, 4, 250); /* cannot be read any more */
    assert_false(ink());
}

static void pages_of_other_sizes_are_no_steps(void **state)
{
    struct build_up_page page = page_of(&here, 1), next = page_of(&there, 2);

    (void)state;
    next.height--;
    assert_false(build_up_ink(&page, &next));
}

/* More boxes upon each other than any text has. */
static void hostile_boxes_end_it(void **state)
{
    (void)state;
    write_at(&here, 180, 195, "beyond the edge");
    assert_true(ink());
    for (int i = 0; i < 2000; i++)
        write_at(&here, 0, 0, "0123456789012345678901234567");
    assert_false(ink());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(all_words_must_come_back, clear_both),
        cmocka_unit_test_setup(each_as_often, clear_both),
        cmocka_unit_test_setup(too_few_words_tell_nothing, clear_both),
        cmocka_unit_test_setup(words_of_other_scripts, clear_both),
        cmocka_unit_test_setup(signs_behind_digits_count, clear_both),
        cmocka_unit_test_setup(page_counters_may_count_on, clear_both),
        cmocka_unit_test_setup(counters_are_found_at_the_edges, clear_both),
        cmocka_unit_test_setup(what_is_added_where_nothing_was, clear_both),
        cmocka_unit_test_setup(a_lost_stroke_is_no_step, clear_both),
        cmocka_unit_test_setup(a_stroke_more_makes_another_sign, clear_both),
        cmocka_unit_test_setup(a_bar_at_the_edge_grows, clear_both),
        cmocka_unit_test_setup(text_may_change_its_colour, clear_both),
        cmocka_unit_test_setup(pages_of_other_sizes_are_no_steps, clear_both),
        cmocka_unit_test_setup(hostile_boxes_end_it, clear_both),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

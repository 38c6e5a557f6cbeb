/* test_reading_order - the order in which the lines of a page are read, from their places */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "stages/rasterizer/reading_order.h"

enum { HEIGHT = 1000, MOST = 16 };

struct place {
    char name; /* in the order of drawing: a, b, c, … */
    int32_t x, y, w, size;
};

static const char *read_page(const struct place *places, size_t count, bool leftwards)
{
    static char names[MOST + 1];
    struct jail_line lines[MOST];
    uint32_t order[MOST];

    for (size_t i = 0; i < count; i++)
        lines[i] = (struct jail_line){.x = places[i].x,
                                      .y = places[i].y,
                                      .w = places[i].w,
                                      .h = places[i].size * 13 / 10,
                                      .size = (uint32_t)places[i].size};
    reading_order(order, lines, count, HEIGHT, leftwards);
    for (size_t i = 0; i < count; i++)
        names[i] = places[order[i]].name;
    names[count] = '\0';
    return names;
}
#define read_page(places, leftwards) read_page((places), sizeof(places) / sizeof(places)[0], (leftwards))

static void a_foot_goes_last_and_a_title_first(void **state)
{
    static const struct place page[] = {{'d', 700, 960, 100, 15}, {'a', 300, 960, 100, 15},
                                        {'t', 50, 300, 800, 30},  {'u', 50, 345, 700, 30},
                                        {'h', 50, 50, 300, 40},   {'n', 20, 960, 30, 15}};

    (void)state;
    assert_string_equal(read_page(page, false), "htunad");
    assert_string_equal(read_page(page, true), "htudan");
}

static void columns_stay_as_they_were_drawn(void **state)
{
    static const struct place level[] = {{'h', 50, 50, 900, 40},   {'a', 50, 300, 400, 30},
                                         {'b', 50, 345, 400, 30},  {'c', 50, 390, 400, 30},
                                         {'x', 480, 300, 400, 30}, {'y', 480, 345, 400, 30}};
    static const struct place apart[] = {{'a', 50, 300, 300, 30},  {'b', 50, 400, 300, 30},
                                         {'c', 50, 500, 300, 30},  {'x', 500, 350, 300, 30},
                                         {'y', 500, 450, 300, 30}, {'z', 500, 550, 300, 30}};
    static const struct place table[] = {
        {'a', 50, 300, 100, 30}, {'x', 500, 300, 100, 30}, {'b', 50, 400, 100, 30}, {'y', 500, 400, 100, 30}};

    (void)state;
    assert_string_equal(read_page(level, false), "habcxy");
    assert_string_equal(read_page(apart, false), "abcxyz");
    assert_string_equal(read_page(table, false), "axby");
}

static void a_piece_fills_the_gap_of_its_row(void **state)
{
    static const struct place row[] = {{'a', 50, 300, 100, 30},
                                       {'c', 250, 300, 100, 30},
                                       {'e', 50, 400, 300, 30},
                                       {'b', 155, 295, 90, 32},
                                       {'d', 355, 298, 60, 32}};
    static const struct place columns[] = {
        {'a', 50, 300, 400, 30}, {'b', 50, 345, 400, 30}, {'x', 460, 300, 400, 30}, {'y', 460, 345, 400, 30}};

    (void)state;
    assert_string_equal(read_page(row, false), "abcde");
    assert_string_equal(read_page(columns, false), "abxy");
}

static void what_is_much_smaller_does_not_go_before_a_title(void **state)
{
    static const struct place page[] = {{'t', 300, 800, 600, 60}, {'l', 400, 500, 100, 20}};
    static const struct place equal[] = {{'b', 300, 800, 600, 30}, {'a', 400, 500, 100, 20}};

    (void)state;
    assert_string_equal(read_page(page, false), "tl");
    assert_string_equal(read_page(equal, false), "ab");
}

static void each_line_comes_once(void **state)
{
    uint32_t order[MOST], seed = 1;

    (void)state;
    for (int round = 0; round < 2000; round++) {
        struct jail_line lines[MOST];
        size_t count = (size_t)(round % (MOST + 1));
        bool seen[MOST] = {false};

        for (size_t i = 0; i < count; i++) {
            seed = seed * 1664525 + 1013904223;
            lines[i] = (struct jail_line){.x = (int32_t)(seed >> 8 & 0x3ff),
                                          .y = (int32_t)(seed >> 18 & 0x3ff),
                                          .w = 1 + (int32_t)(seed >> 5 & 0xff),
                                          .h = 1 + (int32_t)(seed >> 13 & 0x3f),
                                          .size = 1 + (seed >> 13 & 0x1f)};
        }
        reading_order(order, lines, count, HEIGHT, round & 1);
        for (size_t i = 0; i < count; i++) {
            assert_true(order[i] < count && !seen[order[i]]);
            seen[order[i]] = true;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_foot_goes_last_and_a_title_first),
        cmocka_unit_test(columns_stay_as_they_were_drawn),
        cmocka_unit_test(a_piece_fills_the_gap_of_its_row),
        cmocka_unit_test(what_is_much_smaller_does_not_go_before_a_title),
        cmocka_unit_test(each_line_comes_once),
    };

    return cmocka_run_group_tests_name("reading", tests, NULL, NULL);
}

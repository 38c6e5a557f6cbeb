/* test_label_position - where labels stand on a slide, and rectangles */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/assembler/cards/label_position.h"
#include "stages/assembler/cards/rectangle.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* ---- rectangles ---- */

static void rectangles_overlap_where_both_have_something(void **state)
{
    static const struct rectangle box = {10, 10, 20, 20};
    static const struct {
        const char *sentence;
        struct rectangle other;
        bool overlap, inside;
    } rows[] = {
        {"itself", {10, 10, 20, 20}, true, true},
        {"a part", {15, 15, 1, 1}, true, true},
        {"the edges touch", {30, 10, 5, 5}, false, false},
        {"one pixel over the edge", {29, 29, 5, 5}, true, false},
        {"all around it", {0, 0, 100, 100}, true, false},
        {"nothing of it", {15, 15, 0, 5}, false, false},
        {"left of everything", {-50, 10, 60, 5}, false, false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        print_message("%s\n", rows[i].sentence);
        if (rows[i].other.w > 0)
            assert_int_equal(rectangle_overlap(&box, &rows[i].other), rows[i].overlap);
        assert_int_equal(rectangle_overlap(&box, &rows[i].other), rectangle_overlap(&rows[i].other, &box));
        assert_int_equal(rectangle_inside(&rows[i].other, &box), rows[i].inside);
    }
}

static void rectangles_grow_join_and_are_cut(void **state)
{
    const struct rectangle a = {10, 20, 30, 40}, b = {-5, 50, 10, 60}, frame = {0, 0, 35, 100};
    struct rectangle grown = rectangle_grown(a, 3), joined = rectangle_joined(a, b),
                     cut = rectangle_cut(&b, &frame),
                     none = rectangle_cut(&(struct rectangle){200, 0, 9, 9}, &frame);

    (void)state;
    assert_memory_equal(&grown, (&(struct rectangle){7, 17, 36, 46}), sizeof grown);
    assert_memory_equal(&joined, (&(struct rectangle){-5, 20, 45, 90}), sizeof joined);
    assert_memory_equal(&cut, (&(struct rectangle){0, 50, 5, 50}), sizeof cut);
    assert_true(none.w < 1);
}

/* ---- labels ---- */

enum { LINES_MAX = 6, NOWHERE = -1 };

/* Lines of 20 pixels under each other, at the same place from the left. */
static struct slide slide_of(struct line lines[LINES_MAX], const char *const texts[LINES_MAX])
{
    struct slide slide = {.lines = lines};

    for (unsigned i = 0; i < LINES_MAX && texts[i] != NULL; i++)
        lines[slide.line_count++] =
            (struct line){.text = texts[i], .x = 10, .y = 22 * i, .w = 100, .h = 20, .size = 20};
    return slide;
}

static void a_label_is_found_where_it_stands_once(void **state)
{
    static const struct {
        const char *sentence, *lines[LINES_MAX], *label;
        int line;
        size_t count, from, to;
    } rows[] = {
        {"a line of its own", {"Soma", "Axon"}, "Axon", 1, 1, 0, 4},
        {"a part of a line, with other capitals and signs", {"the (AXON) hillock"}, "Axon", 0, 1, 4, 10},
        {"words of two lines", {"Myelin", "sheath", "Soma"}, "myelin sheath", 0, 2, 0, 0},
        {"a hyphen at the line's end", {"Den-", "drites"}, "Dendrites", 0, 2, 0, 0},
        {"twice is nowhere", {"Axon", "Axon"}, "Axon", NOWHERE, 0, 0, 0},
        {"a part of a word is not it", {"Axons"}, "Axon", NOWHERE, 0, 0, 0},
        {"no words", {"Axon"}, "\u2026", NOWHERE, 0, 0, 0},
        {"nothing", {"Axon"}, "", NOWHERE, 0, 0, 0},
        {"CJK", {"\u25cf\u795e\u7ecf", "\u7ec6\u80de"}, "\u795e\u7ecf", 0, 1, 3, 9},
        {"from right to left",
         {"\u05d0\u05e7\u05e1\u05d5\u05df", "Soma"},
         "\u05d0\u05e7\u05e1\u05d5\u05df",
         0,
         1,
         0,
         10},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct line lines[LINES_MAX];
        struct slide slide = slide_of(lines, rows[i].lines);
        struct label_position place;
        const char *label = rows[i].label;

        print_message("%s\n", rows[i].sentence);
        label_positions_find(&place, &(struct texts){&label, 1}, &slide);
        assert_int_equal(place.found, rows[i].line != NOWHERE);
        if (!place.found)
            continue;
        assert_int_equal(place.lines[0], rows[i].line);
        assert_int_equal(place.line_count, rows[i].count);
        if (rows[i].count == 1) {
            assert_int_equal(place.from, rows[i].from);
            assert_int_equal(place.to, rows[i].to);
        }
    }
}

static void a_part_of_a_longer_label_is_not_a_shorter_one(void **state)
{
    const char *labels[] = {"sheath", "Myelin sheath"};
    struct line lines[LINES_MAX];
    struct slide slide = slide_of(lines, (const char *const[LINES_MAX]){"Myelin sheath", "sheath"});
    struct label_position places[2];

    (void)state;
    label_positions_find(places, &(struct texts){labels, 2}, &slide);
    assert_true(places[0].found && places[1].found);
    assert_int_equal(places[0].lines[0], 1);
    assert_int_equal(places[1].lines[0], 0);
    assert_int_equal(places[1].letters, strlen("myelin sheath"));
    assert_int_equal(label_line_letters(&lines[0]), strlen("myelinsheath"));
}

static void many_words_are_no_trouble(void **state)
{
    enum { WORDS = 20000 };
    char *text = malloc(WORDS * 2 + 16);
    struct line line = {.w = 100, .h = 20, .size = 20};
    struct slide slide = {.lines = &line, .line_count = 1};
    struct label_position place;
    const char *label = "axon";

    (void)state;
    for (size_t i = 0; i < WORDS; i++)
        memcpy(text + 2 * i, "a ", 3);
    memcpy(text + 2 * WORDS, "axon", 5);
    line.text = text;
    label_positions_find(&place, &(struct texts){&label, 1}, &slide);
    assert_true(place.found);
    assert_int_equal(place.from, 2 * WORDS);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rectangles_overlap_where_both_have_something),
        cmocka_unit_test(rectangles_grow_join_and_are_cut),
        cmocka_unit_test(a_label_is_found_where_it_stands_once),
        cmocka_unit_test(a_part_of_a_longer_label_is_not_a_shorter_one),
        cmocka_unit_test(many_words_are_no_trouble),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

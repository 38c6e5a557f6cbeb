/* test_loop_detect - texts that go round in circles, and honest ones that look a little like it */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/vision/answer/loop_detect.h"

/* Does a beginning, and then a piece so many times, go round in circles? */
static bool circles(const char *beginning, const char *piece, size_t times)
{
    size_t size = strlen(beginning), step = strlen(piece);
    char *text = malloc(size + times * step + 1);
    bool found;

    assert_non_null(text);
    memcpy(text, beginning, size);
    for (size_t i = 0; i < times; i++, size += step)
        memcpy(text + size, piece, step);
    found = loop_detect_at_end(text, size);
    free(text);
    return found;
}

static void one_phrase_many_times(void **state)
{
    (void)state;
    assert_true(circles("The cell ", "is the unit of life and ", 20));
    assert_true(circles("", "细胞是生命的基本单位。", 12));
    assert_true(
        circles("{\"title\":\"A\",\"explanation\":[", "\"The same paragraph again, as before.\",", 9));
    assert_true(circles("", "قلب الخلية هو النواة ", 12));
    assert_true(circles("x", "ab ", 200));
    /* a phrase that is cut in the middle of a character is one, too */
    assert_true(circles("\xb8\x80", "\xe4\xb8\x80\xe4\xba\x8c\xe4\xb8\x89\xe5\x9b\x9b", 40));
}

static void honest_texts_repeat_a_little(void **state)
{
    (void)state;
    assert_false(circles("", "is the unit of life and ", 5)); /* a refrain */
    assert_false(circles("Contents ", ".", 150));             /* leaders */
    assert_false(circles("", "-", 300));                      /* a rule */
    assert_false(circles("| ", "0 | ", 60));                  /* a row of zeros */
    assert_false(circles("ha", "ha", 12));
    assert_false(circles("", "", 0));
    assert_true(circles("", "-", 5000)); /* nobody rules so far */
}

static void a_long_text_without_a_circle(void **state)
{
    char text[8000];
    size_t size = 0;

    (void)state;
    for (unsigned i = 0; size + 80 < sizeof text; i++)
        size += (size_t)sprintf(text + size, "Step %u adds %u to the sum of %u. ", i, i * 7919 % 1009,
                                i * i % 613);
    assert_false(loop_detect_at_end(text, size));
}

static void the_same_sentences_over_and_over(void **state)
{
    static const char *const round[] = {
        "Enzymes make reactions fast. Enzymes are proteins of the cell. Enzymes make reactions fast!",
        "ENZYMES make reactions fast. Enzymes are proteins of the cell. Enzymes make reactions fast.",
        "Enzymes are proteins of the cell.\nEnzymes are proteins of the cell.\nEnzymes make reactions fast."};
    static const char *const honest[] = {
        "Enzymes make reactions fast. They are proteins of the cell. Each has a place for its substrate.",
        "Heat destroys them for good. Cold only makes them slow. Poisons may block their active place.",
        "Yes. Yes. Yes. Yes. Yes. Yes. Yes. Yes. Yes. Yes."};

    (void)state;
    assert_true(loop_detect_among(round, 3));
    assert_false(loop_detect_among(honest, 3));
    assert_false(loop_detect_among(NULL, 0));
}

static void all_points_alike(void **state)
{
    static const char *const alike[] = {"The cell", "the cell!", "THE CELL"}, *const two[] = {"a", "a"},
                             *const blank[] = {"", " ", "!"},
                             *const other[] = {"The cell", "The cell", "Its wall"};

    (void)state;
    assert_true(loop_detect_alike(alike, 3));
    assert_false(loop_detect_alike(two, 2));
    assert_false(loop_detect_alike(blank, 3));
    assert_false(loop_detect_alike(other, 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_phrase_many_times),
        cmocka_unit_test(honest_texts_repeat_a_little),
        cmocka_unit_test(a_long_text_without_a_circle),
        cmocka_unit_test(the_same_sentences_over_and_over),
        cmocka_unit_test(all_points_alike),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

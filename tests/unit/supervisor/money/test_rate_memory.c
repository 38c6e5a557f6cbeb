/* test_rate_memory - what endpoints took: kept by endpoint and account, faded by age, as text and back */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "supervisor/money/rate_memory.h"

enum { DAY_MS = 86400000 };

static const int64_t NOW = INT64_C(1790000000000);
static const struct rate_memory SOME = {
    .window = 101, .ceiling = 50, .burst = 30, .measured = 201, .rate = 0.005};

static void another_account_is_another_endpoint(void **state)
{
    uint64_t print = rate_memory_print("https://a/v1", "m", "key");

    (void)state;
    assert_int_equal(rate_memory_print("https://a/v1", "m", "key"), print);
    assert_int_not_equal(rate_memory_print("https://a/v1", "m", "other"), print);
    assert_int_not_equal(rate_memory_print("https://a/v1", "m2", "key"), print);
    assert_int_not_equal(rate_memory_print("https://a/v1m", "", "key"), print);
}

static void it_fades_by_half_each_day(void **state)
{
    struct rate_memories memories = {.rows = {{.print = 0}}};
    struct rate_memory found;
    int64_t age_ms;

    (void)state;
    rate_memories_keep(&memories, 7, &SOME, NOW);
    assert_true(rate_memories_find(&memories, 7, NOW, &found, &age_ms));
    assert_memory_equal(&found, &SOME, sizeof found);
    assert_int_equal(age_ms, 0);
    assert_true(rate_memories_find(&memories, 7, NOW + 1000, &found, &age_ms));
    assert_int_equal(found.window, 101); /* a moment is nothing */
    assert_true(rate_memories_find(&memories, 7, NOW + DAY_MS, &found, &age_ms));
    assert_int_equal(found.window, 51);
    assert_int_equal(found.measured, 101); /* what it rests on; the limits are as they were */
    assert_int_equal(found.ceiling, 50);
    assert_int_equal(age_ms, DAY_MS);
    assert_true(rate_memories_find(&memories, 7, NOW + 10 * DAY_MS, &found, &age_ms));
    assert_int_equal(found.window, 1);
    assert_false(rate_memories_find(&memories, 7, NOW + INT64_C(15) * DAY_MS, &found, &age_ms));
    assert_false(rate_memories_find(&memories, 8, NOW, &found, &age_ms));
    assert_true(rate_memories_find(&memories, 7, NOW - DAY_MS, &found, &age_ms)); /* the clock was set back */
    assert_int_equal(found.window, 101);
    assert_int_equal(age_ms, 0);
}

static void the_oldest_gives_way(void **state)
{
    struct rate_memories memories = {.rows = {{.print = 0}}};
    struct rate_memory found;
    int64_t age_ms;

    (void)state;
    for (unsigned i = 1; i <= MEMORY_ROWS; i++)
        rate_memories_keep(&memories, i, &SOME, NOW + (i == 3 ? 0 : i));
    rate_memories_keep(&memories, 5, &SOME, NOW + 100); /* its own row */
    rate_memories_keep(&memories, 99, &SOME, NOW + 100);
    for (unsigned i = 1; i <= MEMORY_ROWS; i++)
        assert_int_equal(rate_memories_find(&memories, i, NOW, &found, &age_ms), i != 3);
    assert_true(rate_memories_find(&memories, 99, NOW, &found, &age_ms));
}

static void a_text_is_read_as_it_was_written(void **state)
{
    struct rate_memories memories = {.rows = {{.print = 0}}}, again;
    struct rate_memory found, most = {100000, 100000, 100000, 100000, 1000};
    char text[MEMORY_TEXT], twice[MEMORY_TEXT];
    int64_t age_ms;

    (void)state;
    rate_memories_keep(&memories, 7, &SOME, NOW);
    rate_memories_write(&memories, text);
    rate_memories_read(&again, text);
    assert_true(rate_memories_find(&again, 7, NOW, &found, &age_ms));
    assert_memory_equal(&found, &SOME, sizeof found);
    for (uint64_t i = 0; i < MEMORY_ROWS; i++) /* the longest text there is */
        rate_memories_keep(&memories, UINT64_MAX - i, &most, INT64_MAX - (int64_t)i);
    rate_memories_write(&memories, text);
    rate_memories_read(&again, text);
    rate_memories_write(&again, twice);
    assert_string_equal(text, twice);
    assert_int_equal(strspn(text, "0123456789abcdef .\n"), strlen(text));
}

static void what_cannot_be_read_is_passed_over(void **state)
{
    static const char *const texts[] = {
        "",
        "\n\n",
        "nonsense",
        "0000000000000000 1790000000000 1 0 0 0 0.0\n",
        "0000000000000007 -5 1 0 0 0 0.0\n",
        "0000000000000007 1790000000000 4000000000 0 0 0 0.0\n",
        "0000000000000007 1790000000000 1 0 0 0 nan\n",
        "0000000000000007 1790000000000 1 0 0 0 -1\n",
        "0000000000000007 1790000000000 1 0 0\n",
    };
    struct rate_memories memories;
    struct rate_memory found;
    int64_t age_ms;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        rate_memories_read(&memories, texts[i]);
        assert_false(rate_memories_find(&memories, 7, NOW, &found, &age_ms));
    }
    rate_memories_read(&memories, "nonsense\n0000000000000007 1790000000000 9 0 0 0 0.0");
    assert_true(rate_memories_find(&memories, 7, NOW, &found, &age_ms));
    assert_int_equal(found.window, 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_account_is_another_endpoint),
        cmocka_unit_test(it_fades_by_half_each_day),
        cmocka_unit_test(the_oldest_gives_way),
        cmocka_unit_test(a_text_is_read_as_it_was_written),
        cmocka_unit_test(what_cannot_be_read_is_passed_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

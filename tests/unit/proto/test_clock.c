/* test_clock - times as RFC 3339, and two clocks that do not go backwards by themselves */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "proto/clock.h"

static void a_time_is_written_in_utc_with_milliseconds(void **state)
{
    static const struct {
        int64_t ms;
        const char *text; /* as `date -u -d @SECONDS +%FT%T` says */
    } rows[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {7, "1970-01-01T00:00:00.007Z"},
        {951782399999, "2000-02-28T23:59:59.999Z"},
        {1709210096789, "2024-02-29T12:34:56.789Z"},
        {253402300799999, "9999-12-31T23:59:59.999Z"},
    };
    char text[CLOCK_TEXT];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        clock_text(rows[i].ms, text);
        assert_string_equal(text, rows[i].text);
    }
}

static void a_time_out_of_range_stays_within_its_room(void **state)
{
    static const int64_t times[] = {INT64_MAX, 253402300800000, INT64_MAX / 2};
    char text[CLOCK_TEXT + 1];

    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        memset(text, '#', sizeof text);
        clock_text(times[i], text);
        assert_non_null(memchr(text, '\0', CLOCK_TEXT));
        assert_int_equal(text[CLOCK_TEXT], '#');
    }
}

static void the_clocks_are_those_of_the_system(void **state)
{
    int64_t monotonic = clock_monotonic_ms(), before = (int64_t)time(NULL) * 1000, now = clock_unix_ms();

    (void)state;
    assert_true(now >= before);
    assert_true(now <= ((int64_t)time(NULL) + 1) * 1000);
    for (int i = 0; i < 1000; i++) {
        int64_t later = clock_monotonic_ms();

        assert_true(later >= monotonic);
        monotonic = later;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_time_is_written_in_utc_with_milliseconds),
        cmocka_unit_test(a_time_out_of_range_stays_within_its_room),
        cmocka_unit_test(the_clocks_are_those_of_the_system),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

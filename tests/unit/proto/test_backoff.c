/* test_backoff - waits double up to a bound, and chance takes at most a quarter */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

#include <cmocka.h>

#include "proto/backoff.h"

static void waits_double_up_to_a_bound(void **state)
{
    static const int64_t right[] = {500, 1000, 2000, 4000, 8000, 8000};

    (void)state;
    for (unsigned i = 0; i < sizeof right / sizeof *right; i++)
        assert_int_equal(backoff_ms(i, 500, 8000, 0), right[i]);
    assert_int_equal(backoff_ms(3, 500, 3999, 0), 3999);
    assert_int_equal(backoff_ms(0, 500, 100, 0), 100);
    assert_int_equal(backoff_ms(UINT32_MAX, 1, INT64_MAX / 1000, 0), INT64_MAX / 1000);
    assert_int_equal(backoff_ms(UINT32_MAX, 0, 8000, 0), 0);
}

static void chance_takes_at_most_a_quarter(void **state)
{
    (void)state;
    assert_int_equal(backoff_ms(0, 4000, 60000, 500), 3500);
    assert_int_equal(backoff_ms(0, 4000, 60000, 999), 3001);
    assert_int_equal(backoff_ms(0, 4000, 60000, 1000), 4000); /* it wraps round */
    assert_int_equal(backoff_ms(9, 4000, 60000, 500), 52500); /* of what is waited, not of what was doubled */
}

static void chance_is_in_its_range_and_moves(void **state)
{
    unsigned first = backoff_jitter();
    bool moved = false;

    (void)state;
    for (int i = 0; i < 1000; i++) {
        unsigned jitter = backoff_jitter();

        assert_in_range(jitter, 0, BACKOFF_JITTER - 1);
        moved = moved || jitter != first;
    }
    assert_true(moved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_double_up_to_a_bound),
        cmocka_unit_test(chance_takes_at_most_a_quarter),
        cmocka_unit_test(chance_is_in_its_range_and_moves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

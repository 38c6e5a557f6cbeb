/* test_timer - the next of several times, one of which may be none */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <limits.h>

#include <cmocka.h>

#include "proto/timer.h"

static void the_earlier_one_counts(void **state)
{
    (void)state;
    assert_int_equal(timer_sooner(3, 5), 3);
    assert_int_equal(timer_sooner(5, 3), 3);
    assert_int_equal(timer_sooner(0, 3), 0);
    assert_int_equal(timer_sooner(TIMER_NONE, 3), 3);
    assert_int_equal(timer_sooner(3, TIMER_NONE), 3);
    assert_int_equal(timer_sooner(TIMER_NONE, 0), 0);
    assert_int_equal(timer_sooner(TIMER_NONE, TIMER_NONE), TIMER_NONE);
}

static void what_is_past_is_due_now(void **state)
{
    (void)state;
    assert_int_equal(timer_left(1500, 1000), 500);
    assert_int_equal(timer_left(1000, 1000), 0);
    assert_int_equal(timer_left(999, 1000), 0);
    assert_int_equal(timer_left(TIMER_NONE, 1000), TIMER_NONE);
    assert_int_equal(timer_left(INT64_MAX, 1), INT64_MAX - 1);
}

static void a_wait_for_poll_is_bounded(void **state)
{
    (void)state;
    assert_int_equal(timer_poll_ms(20, 1000), 20);
    assert_int_equal(timer_poll_ms(0, 1000), 0);
    assert_int_equal(timer_poll_ms(1001, 1000), 1000);
    assert_int_equal(timer_poll_ms(INT64_MAX, INT_MAX), INT_MAX);
    assert_int_equal(timer_poll_ms(TIMER_NONE, 1000), 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_earlier_one_counts),
        cmocka_unit_test(what_is_past_is_due_now),
        cmocka_unit_test(a_wait_for_poll_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

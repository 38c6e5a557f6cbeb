/* test_circuit_breaker - whom a failure is charged to, and when the lane looks again */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "supervisor/schedule/circuit_breaker.h"

enum { HOUR = 3600000, MOST = 4 * HOUR };

static void a_failure_while_others_got_through_is_charged(void **state)
{
    struct breaker outage = {0};

    (void)state;
    breaker_success(&outage, 2000);
    assert_int_equal(breaker_failure(&outage, 1000, MOST, false, 0, 0, 3000), BREAKER_CHARGE);
    assert_false(outage.open);
    assert_int_equal(breaker_failure(&outage, 2500, MOST, false, 0, 0, 3000), BREAKER_WAIT);
    assert_false(outage.open);
    assert_true(breaker_allows(&outage, 64, MOST, 3000));
    assert_int_equal(breaker_failure(&outage, 2500, MOST, false, 0, 0, 3000), BREAKER_WAIT);
    assert_true(outage.open);
}

static void a_suspect_alone_opens_no_outage(void **state)
{
    struct breaker outage = {0};

    (void)state;
    assert_int_equal(breaker_failure(&outage, 1000, MOST, true, 0, 0, 2000), BREAKER_CHARGE);
    breaker_failure(&outage, 1000, MOST, false, 0, 0, 2000);
    assert_int_equal(breaker_failure(&outage, 1000, MOST, false, 0, 0, 2000), BREAKER_WAIT);
    assert_int_equal(breaker_failure(&outage, 1000, MOST, true, 0, 0, 2000), BREAKER_WAIT);
}

static void nothing_is_waited_out_with_zero(void **state)
{
    struct breaker outage = {0};

    (void)state;
    assert_int_equal(breaker_failure(&outage, 1000, 0, false, 0, 0, 2000), BREAKER_CHARGE);
    assert_true(breaker_allows(&outage, 64, 0, 2000));
}

static void looks_are_one_at_a_time_and_ever_rarer(void **state)
{
    static const int64_t waits[] = {5000, 10000, 20000, 40000, 60000, 60000, 60000};
    struct breaker outage = {0};
    int64_t now = 1000, issued = 500;

    (void)state;
    breaker_failure(&outage, issued, MOST, false, 0, 0, now);
    for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
        assert_int_equal(breaker_failure(&outage, issued, MOST, false, 0, 0, now), BREAKER_WAIT);
        assert_false(breaker_allows(&outage, 0, MOST, now + waits[i] - 1));
        assert_int_equal(breaker_next(&outage, now), now + waits[i]);
        issued = now + waits[i];
        assert_true(breaker_allows(&outage, 0, MOST, issued));
        assert_false(breaker_allows(&outage, 1, MOST, issued));
        assert_int_equal(breaker_next(&outage, issued), -1);
        now = issued + 100;
    }
}

static void those_out_when_it_began_do_not_make_looks_rarer(void **state)
{
    struct breaker outage = {0};

    (void)state;
    for (int i = 0; i < 64; i++)
        assert_int_equal(breaker_failure(&outage, 500, MOST, false, 0, 0, 1000), BREAKER_WAIT);
    assert_true(breaker_allows(&outage, 0, MOST, 6000));
}

static void a_wait_that_is_asked_for_is_kept(void **state)
{
    struct breaker outage = {0};

    (void)state;
    breaker_failure(&outage, 500, MOST, false, 0, 0, 1000);
    breaker_failure(&outage, 500, MOST, false, 30000, 999, 1000);
    assert_false(breaker_allows(&outage, 0, MOST, 30999));
    assert_true(breaker_allows(&outage, 0, MOST, 31000));
}

static void jitter_shortens_by_up_to_a_quarter(void **state)
{
    struct breaker outage = {0};

    (void)state;
    breaker_failure(&outage, 500, MOST, false, 0, 0, 1000);
    breaker_failure(&outage, 500, MOST, false, 0, 999, 1000);
    assert_in_range(breaker_next(&outage, 1000), 4750, 4760);
}

static void a_success_ends_it_at_once(void **state)
{
    struct breaker outage = {0};

    (void)state;
    assert_false(breaker_success(&outage, 100));
    breaker_failure(&outage, 500, MOST, false, 0, 0, 1000);
    breaker_failure(&outage, 500, MOST, false, 0, 0, 1000);
    assert_true(breaker_success(&outage, 2000));
    assert_true(breaker_allows(&outage, 64, MOST, 2000));
    assert_false(breaker_success(&outage, 2100));
}

static void what_lasts_too_long_holds_nothing_back(void **state)
{
    struct breaker outage = {0};

    (void)state;
    breaker_failure(&outage, 500, MOST, false, 0, 0, 1000);
    assert_int_equal(breaker_failure(&outage, 500, MOST, false, 0, 0, MOST), BREAKER_WAIT);
    assert_int_equal(breaker_failure(&outage, 500, MOST, false, 0, 0, 1000 + MOST), BREAKER_TOO_LONG);
    assert_true(breaker_allows(&outage, 64, MOST, 1000 + MOST));
}

static void only_others_machines_are_waited_for(void **state)
{
    (void)state;
    assert_true(breaker_code(LANE_EXPLAIN, CODE_MODEL_UNAVAILABLE));
    assert_true(breaker_code(LANE_EXPLAIN, CODE_MODEL_TIMEOUT));
    assert_true(breaker_code(LANE_EXPLAIN, CODE_MODEL_RATE_LIMITED));
    assert_false(breaker_code(LANE_EXPLAIN, CODE_MODEL_AUTH));
    assert_false(breaker_code(LANE_EXPLAIN, CODE_MODEL_BAD_ANSWER));
    assert_true(breaker_code(LANE_FETCH, CODE_S3_UNAVAILABLE));
    assert_true(breaker_code(LANE_STORE, CODE_S3_UNAVAILABLE));
    assert_false(breaker_code(LANE_FETCH, CODE_S3_NOT_FOUND));
    assert_false(breaker_code(LANE_NOTIFY, CODE_CALLBACK_UNREACHABLE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failure_while_others_got_through_is_charged),
        cmocka_unit_test(a_suspect_alone_opens_no_outage),
        cmocka_unit_test(nothing_is_waited_out_with_zero),
        cmocka_unit_test(looks_are_one_at_a_time_and_ever_rarer),
        cmocka_unit_test(those_out_when_it_began_do_not_make_looks_rarer),
        cmocka_unit_test(a_wait_that_is_asked_for_is_kept),
        cmocka_unit_test(jitter_shortens_by_up_to_a_quarter),
        cmocka_unit_test(a_success_ends_it_at_once),
        cmocka_unit_test(what_lasts_too_long_holds_nothing_back),
        cmocka_unit_test(only_others_machines_are_waited_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_latency - when a call is out of the ordinary */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stages/vision/model/latency.h"

static void too_few_say_nothing(void **state)
{
    struct latency latency = {0};

    (void)state;
    for (int i = 0; i < MIN_LATENCIES - 1; i++)
        latency_add(&latency, 100);
    assert_int_equal(latency_p99(&latency), -1);
    latency_add(&latency, 200);
    assert_int_equal(latency_p99(&latency), 200);
}

static void one_in_a_hundred_is_above(void **state)
{
    struct latency latency = {0};

    (void)state;
    for (int i = 100; i >= 1; i--)
        latency_add(&latency, i);
    assert_int_equal(latency_p99(&latency), 99);
}

static void the_oldest_are_forgotten(void **state)
{
    struct latency latency = {0};

    (void)state;
    for (int i = 0; i < LATENCIES; i++)
        latency_add(&latency, 9000);
    for (int i = 0; i < LATENCIES; i++)
        latency_add(&latency, 5);
    assert_int_equal(latency_p99(&latency), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(too_few_say_nothing),
        cmocka_unit_test(one_in_a_hundred_is_above),
        cmocka_unit_test(the_oldest_are_forgotten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

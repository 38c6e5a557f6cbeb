/* test_key_rate - how many requests a minute may come with each key */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/front/key_rate.h"

static void requests_keep_to_a_pace(void **state)
{
    struct key_rate *rate = key_rate_new(2, 3), *none = key_rate_new(1, 0);

    (void)state;
    for (int i = 0; i < 3; i++)
        assert_int_equal(key_rate_take(rate, 0, 1000), 0); /* a minute's worth at once */
    assert_int_equal(key_rate_take(rate, 0, 1000), 20000);
    assert_int_equal(key_rate_take(rate, 0, 6000), 15000);
    assert_int_equal(key_rate_take(rate, 1, 1000), 0); /* another key */
    assert_int_equal(key_rate_take(rate, 0, 21000), 0);
    assert_int_equal(key_rate_take(rate, 0, 21000), 20000);
    for (int i = 0; i < 3; i++)
        assert_int_equal(key_rate_take(rate, 0, 600000), 0);
    assert_true(key_rate_take(rate, 0, 600000) > 0); /* no more than that is saved up */
    for (int i = 0; i < 10000; i++)
        assert_int_equal(key_rate_take(none, 0, 0), 0);
    key_rate_free(&rate);
    key_rate_free(&none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_keep_to_a_pace),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

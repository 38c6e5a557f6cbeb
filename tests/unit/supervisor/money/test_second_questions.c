/* test_second_questions - how many a job may ask, and for which doubts some are kept back */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "supervisor/money/second_questions.h"

static void the_share_grows_and_worse_doubts_may_take_more_of_it(void **state)
{
    static const struct {
        uint32_t slides;
        int64_t percent;
        uint32_t own, contradiction, taught;
    } rows[] = {
        {0, 10, 1, 1, 1},
        {1, 10, 1, 1, 1},
        {5, 10, 1, 1, 1},
        {19, 10, 1, 1, 1},
        {20, 10, 1, 2, 2},
        {60, 10, 3, 5, 6},
        {100, 10, 5, 8, 10},
        {1000, 10, 50, 75, 100},
        {60, 1, 1, 1, 1},
        {60, 100, 30, 45, 60},
        {UINT32_MAX, 100, 2147483648, 3221225472, UINT32_MAX},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(second_questions_most(rows[i].slides, rows[i].percent, DOUBT_OWN), rows[i].own);
        assert_int_equal(second_questions_most(rows[i].slides, rows[i].percent, DOUBT_CONTRADICTION),
                         rows[i].contradiction);
        assert_int_equal(second_questions_most(rows[i].slides, rows[i].percent, DOUBT_TAUGHT),
                         rows[i].taught);
        assert_int_equal(second_questions_most(rows[i].slides, rows[i].percent, DOUBT_NONE), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_share_grows_and_worse_doubts_may_take_more_of_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

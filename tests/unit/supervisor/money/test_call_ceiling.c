/* test_call_ceiling - how many calls at once an account allows, by refusals beside so many others */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "supervisor/money/call_ceiling.h"

static void refusals_at_the_same_number_are_a_ceiling(void **state)
{
    struct call_ceiling ceiling = {.max = 0};

    (void)state;
    assert_int_equal(call_ceiling_allows(&ceiling), UINT_MAX);
    for (int i = 0; i < 4; i++)
        call_ceiling_refused(&ceiling, 7, 9);
    assert_int_equal(ceiling.max, 0);
    call_ceiling_refused(&ceiling, 5, 6); /* with fewer: it was none */
    for (int i = 0; i < 3; i++)
        call_ceiling_refused(&ceiling, 4, 5);
    assert_int_equal(ceiling.max, 0);
    call_ceiling_refused(&ceiling, 5, 5);
    assert_int_equal(call_ceiling_allows(&ceiling), 5);
}

/* The more often it was met, the more calls are let in before one more is tried. */
static void one_more_is_tried_now_and_then(void **state)
{
    struct call_ceiling ceiling = {.max = 0};

    (void)state;
    call_ceiling_found(&ceiling, 4);
    for (int i = 0; i < 4 << 2; i++) {
        assert_int_equal(call_ceiling_allows(&ceiling), 4);
        assert_false(call_ceiling_started(&ceiling, 4));
        call_ceiling_let_in(&ceiling, 4, false);
    }
    assert_int_equal(call_ceiling_allows(&ceiling), 5);
    assert_true(call_ceiling_started(&ceiling, 5));
    assert_int_equal(call_ceiling_allows(&ceiling), 4); /* one alone */
    call_ceiling_refused(&ceiling, 4, 4);
    assert_int_equal(ceiling.max, 4);
    for (int i = 0; i < 4 << 2; i++)
        call_ceiling_let_in(&ceiling, 4, false);
    assert_int_equal(call_ceiling_allows(&ceiling), 4);
}

static void a_ceiling_that_has_been_raised_is_followed(void **state)
{
    struct call_ceiling ceiling = {.max = 0};

    (void)state;
    call_ceiling_found(&ceiling, 4);
    call_ceiling_let_in(&ceiling, 5, true);
    assert_int_equal(ceiling.max, 5);
    call_ceiling_let_in(&ceiling, 6, true);
    assert_int_equal(ceiling.max, 7); /* faster and faster */
    call_ceiling_refused(&ceiling, 5, 5);
    assert_int_equal(ceiling.max, 0); /* refused with fewer: something else is the limit */
}

static void one_that_was_met_once_may_be_none(void **state)
{
    struct call_ceiling ceiling = {.max = 0};

    (void)state;
    for (int i = 0; i < 5; i++)
        call_ceiling_refused(&ceiling, 3, 3);
    assert_int_equal(ceiling.max, 3);
    call_ceiling_let_in(&ceiling, 4, true);
    assert_int_equal(call_ceiling_allows(&ceiling), UINT_MAX);
}

static void a_probe_that_shows_nothing_is_made_again(void **state)
{
    struct call_ceiling ceiling = {.max = 0};

    (void)state;
    call_ceiling_found(&ceiling, 4);
    ceiling.earned = 4 << 2;
    assert_true(call_ceiling_started(&ceiling, 5));
    call_ceiling_ended(&ceiling, false); /* another one has failed */
    assert_int_equal(call_ceiling_allows(&ceiling), 4);
    call_ceiling_ended(&ceiling, true);
    assert_int_equal(call_ceiling_allows(&ceiling), 5);
}

static void with_the_ceiling_its_probe_is_forgotten(void **state)
{
    struct call_ceiling ceiling = {.max = 0};

    (void)state;
    call_ceiling_found(&ceiling, 8);
    assert_true(call_ceiling_started(&ceiling, 9));
    call_ceiling_refused(&ceiling, 2, 2); /* with far fewer: it was none */
    assert_int_equal(ceiling.max, 0);
    assert_false(ceiling.probing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refusals_at_the_same_number_are_a_ceiling),
        cmocka_unit_test(one_more_is_tried_now_and_then),
        cmocka_unit_test(a_ceiling_that_has_been_raised_is_followed),
        cmocka_unit_test(one_that_was_met_once_may_be_none),
        cmocka_unit_test(a_probe_that_shows_nothing_is_made_again),
        cmocka_unit_test(with_the_ceiling_its_probe_is_forgotten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

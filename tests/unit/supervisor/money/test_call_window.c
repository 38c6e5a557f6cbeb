/* test_call_window - how many calls at once fit, by how long answers take and by what times out */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "supervisor/money/call_window.h"

enum { SMALL = 4 };

static void it_doubles_until_something_is_refused(void **state)
{
    struct call_window window;

    (void)state;
    call_window_open(&window, false);
    assert_int_equal(window.max, 1);
    for (unsigned round = 0, flying = 1; round < 5; round++, flying = window.max) {
        for (unsigned i = 0; i < (flying + 1) / 2; i++)
            call_window_let_in(&window, flying);
        assert_int_equal(window.max, 2 * flying + 1); /* it doubles */
    }
    call_window_let_in(&window, 30); /* not beyond twice what is used */
    assert_int_equal(window.max, 63);
    call_window_refused(&window, 9, false, false); /* one at a time finds out what fits besides */
    assert_int_equal(window.max, 10);
    call_window_let_in(&window, 10); /* answers are quick: one more */
    assert_int_equal(window.max, 11);
}

static void a_told_wait_lets_in_half_of_what_was(void **state)
{
    struct call_window window;

    (void)state;
    call_window_open(&window, false);
    window.max = 100;
    call_window_refused(&window, 3, true, false);
    assert_int_equal(window.max, 32);            /* of 64 at most */
    call_window_refused(&window, 3, true, true); /* the same burst: it says nothing new */
    assert_int_equal(window.max, 32);
    call_window_refused(&window, 3, true, false);
    assert_int_equal(window.max, 16);
    call_window_refused(&window, 40, true, false); /* more fit than half */
    assert_int_equal(window.max, 41);
    call_window_refused(&window, 3, false, true);
    assert_int_equal(window.max, 4);
}

static void one_of_ones_own_grows_while_answers_are_prompt(void **state)
{
    struct call_window window;

    (void)state;
    call_window_open(&window, true);
    assert_int_equal(window.max, SMALL);
    call_window_answered(&window, 4, 0, 1000);
    assert_int_equal(window.max, SMALL + 1);
    call_window_answered(&window, 4, 0, 1400);
    assert_int_equal(window.max, SMALL + 2);
    call_window_answered(&window, 4, 0, 2500); /* it waited for others */
    assert_int_equal(window.max, SMALL + 2);
    call_window_let_in(&window, 6); /* being let in says nothing where calls queue */
    assert_int_equal(window.max, SMALL + 2);
}

static void a_time_out_leaves_room_for_half_of_what_came_back(void **state)
{
    struct call_window window;
    uint64_t before;

    (void)state;
    call_window_open(&window, false);
    window.max = 100;
    before = window.done;
    for (int i = 0; i < 10; i++)
        call_window_answered(&window, 20, 10, 1000 + i);
    call_window_timed_out(&window, 20, 100, before, 60000);
    assert_true(window.queues);
    assert_int_equal(window.max, 5);
    assert_int_equal(window.patience_ms, 59900);
    call_window_timed_out(&window, 19, 100, window.done, 60001); /* of the same burst: one lesson */
    assert_int_equal(window.max, 5);
    call_window_timed_out(&window, 1, 60500, window.done, 120000); /* nothing came back */
    assert_int_equal(window.max, 1);
    call_window_timed_out(&window, 1, 120500, window.done, 180000); /* never none at all */
    assert_int_equal(window.max, 1);
}

/* One that began later was served: this one did not stand in a queue, it was only slow. */
static void one_slow_answer_is_no_queue(void **state)
{
    struct call_window window;

    (void)state;
    call_window_open(&window, false);
    window.max = 100;
    call_window_answered(&window, 20, 500, 1000);
    call_window_timed_out(&window, 20, 100, 0, 60000);
    assert_false(window.queues);
    assert_int_equal(window.max, 19); /* of the 21 that were tried, an eighth less */
}

static void failures_shrink_it_once_a_second_and_never_to_nothing(void **state)
{
    struct call_window window;

    (void)state;
    call_window_open(&window, true);
    call_window_failed(&window, 4, 10000);
    assert_int_equal(window.max, 3);
    call_window_failed(&window, 4, 10999);
    assert_int_equal(window.max, 3);
    for (int i = 1; i < 10; i++)
        call_window_failed(&window, 4, 10000 + 1000 * i);
    assert_int_equal(window.max, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_doubles_until_something_is_refused),
        cmocka_unit_test(a_told_wait_lets_in_half_of_what_was),
        cmocka_unit_test(one_of_ones_own_grows_while_answers_are_prompt),
        cmocka_unit_test(a_time_out_leaves_room_for_half_of_what_came_back),
        cmocka_unit_test(one_slow_answer_is_no_queue),
        cmocka_unit_test(failures_shrink_it_once_a_second_and_never_to_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

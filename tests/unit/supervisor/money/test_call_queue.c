/* test_call_queue - who is answered first */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/timer.h"
#include "supervisor/money/call_queue.h"

static void repairs_come_first_and_then_the_worst_doubts(void **state)
{
    static const enum doubt asked[] = {DOUBT_OWN,           DOUBT_NONE, DOUBT_TAUGHT, DOUBT_OWN,
                                       DOUBT_CONTRADICTION, DOUBT_NONE, DOUBT_TAUGHT};
    static const uint64_t order[] = {2, 6, 3, 7, 5, 1, 4};
    struct call_queue queue = TAILQ_HEAD_INITIALIZER(queue);

    (void)state;
    for (uint64_t i = 0; i < sizeof asked / sizeof *asked; i++)
        call_queue_add(&queue, &(struct call_asked){.lease = i + 1, .call = 2, .doubt = asked[i]});
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        assert_int_equal(TAILQ_FIRST(&queue)->lease, order[i]);
        call_queue_remove(&queue, TAILQ_FIRST(&queue));
    }
    assert_true(TAILQ_EMPTY(&queue));
}

static void what_a_lease_asked_goes_with_it(void **state)
{
    struct call_queue queue = TAILQ_HEAD_INITIALIZER(queue);

    (void)state;
    call_queue_add(&queue, &(struct call_asked){.lease = 7, .call = 2});
    call_queue_add(&queue, &(struct call_asked){.lease = 8, .call = 2});
    call_queue_add(&queue, &(struct call_asked){.lease = 7, .call = 3, .doubt = DOUBT_OWN});
    assert_true(call_queue_has(&queue, 7, 3));
    assert_false(call_queue_has(&queue, 8, 3));
    call_queue_drop(&queue, 7);
    assert_false(call_queue_has(&queue, 7, 2) || call_queue_has(&queue, 7, 3));
    assert_true(call_queue_has(&queue, 8, 2));
    call_queue_drop(&queue, 0);
    assert_true(TAILQ_EMPTY(&queue));
}

static void who_waits_for_money_is_passed_over(void **state)
{
    struct call_queue queue = TAILQ_HEAD_INITIALIZER(queue);

    (void)state;
    call_queue_add(&queue, &(struct call_asked){.lease = 1, .call = 2, .job = 1});
    call_queue_add(&queue, &(struct call_asked){.lease = 2, .call = 2, .job = 1});
    call_queue_add(&queue, &(struct call_asked){.lease = 3, .call = 2, .job = 2});
    assert_int_equal(call_queue_due(&queue, 50)->lease, 1);
    assert_int_equal(call_queue_next(&queue, 50), TIMER_NONE);
    call_queue_hold(&queue, 1, 100);
    assert_true(call_queue_holds(&queue, 1));
    assert_false(call_queue_holds(&queue, 2));
    assert_int_equal(call_queue_due(&queue, 50)->lease, 3);
    assert_int_equal(call_queue_next(&queue, 50), 100);
    call_queue_drop(&queue, 3);
    assert_null(call_queue_due(&queue, 50));
    assert_int_equal(call_queue_due(&queue, 100)->lease, 1); /* in the order they came in */
    assert_int_equal(call_queue_next(&queue, 100), TIMER_NONE);
    call_queue_drop(&queue, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repairs_come_first_and_then_the_worst_doubts),
        cmocka_unit_test(what_a_lease_asked_goes_with_it),
        cmocka_unit_test(who_waits_for_money_is_passed_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

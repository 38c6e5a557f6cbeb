/* test_delivery - which callback is due next, and how long a failed one waits */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "supervisor/outbox/delivery.h"

enum { HOUR_MS = 3600 * 1000 };

static struct delivery_list list;

static struct delivery *owe(int64_t job, int64_t next_ms)
{
    delivery_add(&list, &(struct delivery_row){.job_id = job,
                                               .event = (char *)"msg_1",
                                               .job = (char *)"lecture",
                                               .tenant = (char *)"",
                                               .next_ms = next_ms});
    return LIST_FIRST(&list);
}

static int clear(void **state)
{
    (void)state;
    while (!LIST_EMPTY(&list))
        delivery_remove(LIST_FIRST(&list));
    return 0;
}

static void the_earliest_comes_first_and_of_equals_the_oldest_job(void **state)
{
    struct delivery *late = owe(1, 300), *second = owe(9, 200), *first = owe(5, 200);

    (void)state;
    assert_ptr_equal(delivery_first_due(&list), first);
    first->out = true;
    assert_ptr_equal(delivery_first_due(&list), second);
    second->out = late->out = true;
    assert_null(delivery_first_due(&list));
}

static void they_are_found_counted_and_removed_by_job(void **state)
{
    size_t out;

    (void)state;
    assert_null(delivery_find(&list, 1));
    owe(1, 0);
    owe(2, 0)->out = true;
    owe(3, 0);
    assert_int_equal(delivery_count(&list, &out), 3);
    assert_int_equal(out, 1);
    delivery_remove(delivery_find(&list, 2)); /* from the middle */
    assert_null(delivery_find(&list, 2));
    assert_int_equal(delivery_find(&list, 1)->job, 1);
    assert_int_equal(delivery_find(&list, 3)->job, 3);
    assert_int_equal(delivery_count(&list, &out), 2);
    assert_int_equal(out, 0);
}

static void a_clock_that_was_set_back_makes_nothing_wait_for_long(void **state)
{
    const struct delivery *delivery = owe(1, 100 * (int64_t)HOUR_MS);

    (void)state;
    assert_int_equal(delivery_due_in(delivery, 100 * (int64_t)HOUR_MS - 1), 1);
    assert_int_equal(delivery_due_in(delivery, 100 * (int64_t)HOUR_MS), 0);
    assert_int_equal(delivery_due_in(delivery, 101 * (int64_t)HOUR_MS), 0);
    assert_int_equal(delivery_due_in(delivery, 94 * (int64_t)HOUR_MS), 6 * HOUR_MS);
    assert_int_equal(delivery_due_in(delivery, 0), 0); /* it never waits for a hundred hours */
}

static void waits_grow_fourfold_up_to_six_hours(void **state)
{
    (void)state;
    assert_int_equal(delivery_wait_ms(1, 2000), 2000);
    assert_int_equal(delivery_wait_ms(2, 2000), 8000);
    assert_int_equal(delivery_wait_ms(3, 2000), 32000);
    assert_int_equal(delivery_wait_ms(50, 2000), 6 * HOUR_MS);
    assert_int_equal(delivery_wait_ms(UINT32_MAX, 2000), 6 * HOUR_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, clear)
        TEST(the_earliest_comes_first_and_of_equals_the_oldest_job),
        TEST(they_are_found_counted_and_removed_by_job),
        TEST(a_clock_that_was_set_back_makes_nothing_wait_for_long),
        TEST(waits_grow_fourfold_up_to_six_hours),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

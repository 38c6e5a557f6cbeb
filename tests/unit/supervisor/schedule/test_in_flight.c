/* test_in_flight - the same slide in several hands: who asks, who waits, and who is let go */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "supervisor/schedule/in_flight.h"

static struct asker of_job(int64_t job, const char *key)
{
    struct asker asker = {.work = {.lane = LANE_EXPLAIN, .job = job, .item = 1}};

    for (size_t i = 0; key[i] != '\0'; i++)
        asker.key[i] = key[i];
    return asker;
}

static bool leads(struct in_flight *in_flight, int64_t job, const char *key, unsigned max)
{
    const struct asker asker = of_job(job, key);

    return in_flight_lead(in_flight, &asker, max);
}

/* Whose work waits for the key, oldest first; taken out. 0: nobody's. */
static int64_t take(struct in_flight *in_flight, const char *key)
{
    struct asker asker;

    return in_flight_take(in_flight, key, &asker) ? asker.work.job : 0;
}

static void the_others_wait_for_the_first(void **state)
{
    struct in_flight *in_flight = in_flight_new();

    (void)state;
    assert_true(leads(in_flight, 1, "same", 1));
    assert_false(leads(in_flight, 2, "same", 1));
    assert_false(leads(in_flight, 3, "same", 1));
    assert_true(leads(in_flight, 2, "other", 1));
    assert_true(in_flight_waiting(in_flight, "same"));
    assert_false(in_flight_waiting(in_flight, "other"));
    in_flight_drop(in_flight, 2);
    assert_int_equal(take(in_flight, "same"), 3);
    assert_int_equal(take(in_flight, "same"), 0);
    in_flight_end(in_flight, "same");
    assert_true(leads(in_flight, 3, "same", 1));
    in_flight_end(in_flight, "nobody");
    in_flight_free(&in_flight);
}

static void some_may_lead_together(void **state)
{
    struct in_flight *in_flight = in_flight_new();

    (void)state;
    assert_true(leads(in_flight, 1, "same", 1));
    assert_true(leads(in_flight, 2, "same", 2));
    assert_false(leads(in_flight, 3, "same", 2));
    assert_false(leads(in_flight, 4, "same", 1));
    in_flight_end(in_flight, "same"); /* one still leads, and two wait for it */
    assert_int_equal(take(in_flight, "same"), 3);
    assert_true(leads(in_flight, 3, "same", 2));
    assert_int_equal(take(in_flight, "same"), 4);
    in_flight_end(in_flight, "same");
    in_flight_end(in_flight, "same");
    assert_true(leads(in_flight, 4, "same", 1));
    assert_false(leads(in_flight, 5, "same", 1));
    in_flight_free(&in_flight); /* with one that waits */
}

/* More than there are lists. */
static void many_keys_are_kept_apart(void **state)
{
    enum { KEYS = 4096 };
    struct in_flight *in_flight = in_flight_new();
    char key[16];

    (void)state;
    for (int64_t i = 0; i < KEYS; i++) {
        snprintf(key, sizeof key, "%d", (int)i);
        assert_true(leads(in_flight, 1, key, 1));
        assert_false(leads(in_flight, 2 + i % 2, key, 1));
    }
    in_flight_drop(in_flight, 2);
    for (int64_t i = 0; i < KEYS; i++) {
        snprintf(key, sizeof key, "%d", (int)i);
        assert_int_equal(in_flight_waiting(in_flight, key), i % 2 == 1);
        assert_int_equal(take(in_flight, key), i % 2 == 1 ? 3 : 0);
        in_flight_end(in_flight, key);
        assert_true(leads(in_flight, 4, key, 1));
    }
    in_flight_free(&in_flight);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_keys_are_kept_apart),
        cmocka_unit_test(the_others_wait_for_the_first),
        cmocka_unit_test(some_may_lead_together),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_dry_spell - how long to wait while calls are refused, and what kind of limit the refusals show */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "supervisor/money/dry_spell.h"

static void waits_double_as_far_as_the_time_so_far_makes_likely(void **state)
{
    struct dry_spell spell = {.on = false};
    static const int64_t waits[] = {100, 200, 400, 800, 1250, 1250};

    (void)state;
    for (unsigned i = 0; i < sizeof waits / sizeof *waits; i++) {
        dry_spell_refused(&spell, 10 - i, 0, 0, 1000 + i);
        assert_int_equal(dry_spell_wait_ms(&spell, 10000, 0), waits[i]);
    }
    assert_int_equal(spell.begun_ms, 1000);
    assert_int_equal(dry_spell_wait_ms(&spell, 400, 0), 200);
    assert_int_equal(dry_spell_wait_ms(&spell, 400, 0.0001), 200);
    spell.refusals = 1;
    assert_int_equal(dry_spell_wait_ms(&spell, 10000, 0.002), 500); /* no call is due before that */
}

static void refusals_at_one_number_until_a_call_ends_are_a_ceiling(void **state)
{
    struct dry_spell spell = {.on = false};

    (void)state;
    dry_spell_refused(&spell, 5, 3, 0, 1000); /* 5 to 8 */
    assert_false(dry_spell_at_once(&spell, 4));
    dry_spell_refused(&spell, 8, 0, 0, 1100);
    assert_true(dry_spell_at_once(&spell, 7));
    assert_false(dry_spell_at_once(&spell, 8)); /* one more was let in after all */
    assert_false(dry_spell_at_once(&spell, 3)); /* many have ended: it may as well be the time */
    assert_false(dry_spell_fewer(&spell));
    assert_false(dry_spell_answered(&spell));
    dry_spell_refused(&spell, 8, 0, 0, 1300);
    assert_int_equal(dry_spell_wait_ms(&spell, 1000, 0), 400);
    dry_spell_refused(&spell, 8, 0, 0, 1700);
    dry_spell_refused(&spell, 8, 0, 0, 2500);
    assert_int_equal(dry_spell_wait_ms(&spell, 1500, 0), 800); /* long: a call has to end */
    assert_true(dry_spell_answered(&spell));
    assert_true(dry_spell_answered(&spell));
    assert_false(dry_spell_answered(&spell)); /* two tries show it */
}

static void refusals_beside_fewer_and_fewer_are_a_matter_of_time(void **state)
{
    struct dry_spell spell = {.on = false};

    (void)state;
    dry_spell_refused(&spell, 30, 0, 0, 1000);
    dry_spell_refused(&spell, 29, 0, 0, 1100);
    assert_false(dry_spell_fewer(&spell));
    dry_spell_refused(&spell, 12, 0, 0, 1300);
    assert_true(dry_spell_fewer(&spell));
    assert_false(dry_spell_at_once(&spell, 11));
}

static void a_short_wait_that_is_told_is_no_dry_spell(void **state)
{
    struct dry_spell spell = {.on = false};

    (void)state;
    dry_spell_refused(&spell, 5, 0, 500, 1000);
    assert_false(spell.on);
    dry_spell_refused(&spell, 5, 0, 500, 1600);
    assert_true(spell.on); /* it was too short */
    spell = (struct dry_spell){.on = false};
    dry_spell_refused(&spell, 5, 0, WINDOW_MS, 1000);
    assert_true(spell.on);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_double_as_far_as_the_time_so_far_makes_likely),
        cmocka_unit_test(refusals_at_one_number_until_a_call_ends_are_a_ceiling),
        cmocka_unit_test(refusals_beside_fewer_and_fewer_are_a_matter_of_time),
        cmocka_unit_test(a_short_wait_that_is_told_is_no_dry_spell),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

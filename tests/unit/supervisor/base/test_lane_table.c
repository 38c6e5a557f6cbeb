/* test_lane_table - the rows of lanes.def, and the states of a job */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "supervisor/base/job_state.h"
#include "supervisor/base/lane_table.h"

static const struct lane_row *row_of(int lane)
{
    return lane_row((enum lane_id)lane);
}

/* The names stand in the ledger, in metrics and in logs. */
static void each_lane_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int a = 0; a < LANES; a++)
        for (int b = 0; b < a; b++)
            assert_string_not_equal(lane_name((enum lane_id)a), lane_name((enum lane_id)b));
}

/* No other lane says the same, so that a message tells what it is about. */
static void each_lane_has_messages_of_its_own(void **state)
{
    (void)state;
    for (int a = 0; a < LANES; a++)
        for (int b = 0; b < a; b++) {
            assert_int_not_equal(row_of(a)->down, row_of(b)->down);
            assert_int_not_equal(row_of(a)->up, row_of(b)->up);
        }
}

static void what_is_owed_is_of_no_state(void **state)
{
    unsigned owed = 0;

    (void)state;
    for (int i = 0; i < LANES; i++) {
        bool of_ended = lane_is_owed((enum lane_id)i);

        assert_int_equal(of_ended, row_of(i)->counted == COUNTED_OUTBOX);
        assert_int_equal(of_ended, row_of(i)->state == JOB_STATES);
        owed += of_ended;
    }
    assert_int_equal(owed, 2);
}

/* Work is for a job that goes on. */
static void no_lane_is_for_a_job_that_is_not_begun_or_has_ended(void **state)
{
    (void)state;
    for (int i = 0; i < LANES; i++)
        assert_false(row_of(i)->state == JOB_ACCEPTED || row_of(i)->state == JOB_COMPLETED ||
                     row_of(i)->state == JOB_FAILED);
}

/* Slides are drawn and explained one by one, and only while their job is worked on. */
static void slides_are_counted_in_two_lanes(void **state)
{
    (void)state;
    for (int i = 0; i < LANES; i++) {
        bool by_slide = i == LANE_RASTER || i == LANE_EXPLAIN;

        assert_int_equal(row_of(i)->counted == COUNTED_SLIDE, by_slide);
        assert_true(!by_slide || row_of(i)->state == JOB_WORKING);
    }
}

/* A lane whose outage is waited out has another side that can be out of order. */
static void outages_are_of_the_side_that_is_asked(void **state)
{
    (void)state;
    for (int i = 0; i < LANES; i++) {
        assert_true(row_of(i)->outage != OUTAGE_OF_MODEL || lane_kind((enum lane_id)i) == STAGE_VISION);
        assert_true(row_of(i)->outage != OUTAGE_OF_STORE || lane_kind((enum lane_id)i) == STAGE_COURIER);
    }
}

/* As GET /jobs/{id} tells them. */
static void the_states_are_named(void **state)
{
    static const char *const names[JOB_STATES] = {
        [JOB_ACCEPTED] = "accepted",     [JOB_FETCHING] = "fetching", [JOB_INSPECTING] = "inspecting",
        [JOB_WORKING] = "working",       [JOB_STORING] = "storing",   [JOB_COMPLETED] = "completed",
        [JOB_ASSEMBLING] = "assembling", [JOB_FAILED] = "failed",
    };

    (void)state;
    for (int i = 0; i < JOB_STATES; i++)
        assert_string_equal(job_state_name((enum job_state)i), names[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_lane_has_a_name_of_its_own),
        cmocka_unit_test(each_lane_has_messages_of_its_own),
        cmocka_unit_test(what_is_owed_is_of_no_state),
        cmocka_unit_test(no_lane_is_for_a_job_that_is_not_begun_or_has_ended),
        cmocka_unit_test(slides_are_counted_in_two_lanes),
        cmocka_unit_test(outages_are_of_the_side_that_is_asked),
        cmocka_unit_test(the_states_are_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

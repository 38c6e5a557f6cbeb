/* test_asker - who waits for an estimate: answered when it is there, told where to look when it takes too
 * long */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/timer.h"
#include "supervisor/api/asker.h"
#include "tests/unit/scratch.h"
#include "tests/unit/api_rig.h"

static void an_estimate_is_answered_to_who_asked(void **state)
{
    struct job_row row = api_row("a", ""), other = api_row("b", "");

    (void)state;
    asker_add(api.askers, api.front, 7, &row);
    asker_add(api.askers, api.front, 8, &other);
    row.state = JOB_COMPLETED;
    row.estimate = true;
    row.overview = (char *)"{\"slides\":3}";
    asker_estimated(api.askers, &row);
    api_answered(7, 200, "");
    asker_estimated(api.askers, &row); /* nobody waits for it any more */
    assert_true(rig_is_silent(api.front));
    other.state = JOB_FAILED;
    other.code = (char *)"PDF_ENCRYPTED";
    asker_estimated(api.askers, &other);
    api_answered(8, code_status(code_of("PDF_ENCRYPTED")), "PDF_ENCRYPTED");
}

static void who_waits_too_long_is_told_where_to_look(void **state)
{
    struct job_row row = api_row("a", "");

    (void)state;
    assert_int_equal(asker_turn(api.askers), TIMER_NONE);
    asker_add(api.askers, api.front, 7, &row);
    rig.service.now_ms += 10;
    asker_add(api.askers, api.front, 8, &row);
    assert_int_equal(asker_turn(api.askers), 1000 + ASKER_MAX_MS); /* the first of both */
    assert_true(rig_is_silent(api.front));
    rig.service.now_ms = 1000 + ASKER_MAX_MS;
    assert_int_equal(asker_turn(api.askers), 1010 + ASKER_MAX_MS);
    api_answered(7, 202, "");
    rig.service.now_ms += 10;
    assert_int_equal(asker_turn(api.askers), TIMER_NONE);
    api_answered(8, 202, "");
}

static void a_front_that_is_gone_is_not_answered(void **state)
{
    struct job_row row = api_row("a", "");
    struct worker *gone = worker_new(worker_pool_context(rig.jobs.pool), STAGE_FRONT, 1, 4711, "gone", 0);

    (void)state;
    asker_add(api.askers, gone, 7, &row); /* it is not in the pool */
    worker_free(&gone);
    row.state = JOB_COMPLETED;
    asker_estimated(api.askers, &row);
    assert_int_equal(asker_turn(api.askers), TIMER_NONE);
    assert_true(rig_is_silent(api.front));
    asker_add(api.askers, api.front, 8, &row); /* freed with the askers */
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, api_begin, api_end)
    const struct CMUnitTest tests[] = {
        CASE(an_estimate_is_answered_to_who_asked),
        CASE(who_waits_too_long_is_told_where_to_look),
        CASE(a_front_that_is_gone_is_not_answered),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

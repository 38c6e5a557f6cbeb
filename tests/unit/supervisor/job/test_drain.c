/* test_drain - the way out after SIGTERM */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "supervisor/job/drain.h"
#include "tests/unit/job_rig.h"
#include "tests/unit/scratch.h"

static struct drain drain;

static void begin(const char *name, bool durable)
{
    rig_begin(name);
    rig.service.conf->ledger_durable = durable;
    rig.service.conf->drain_s = 10;
    drain = (struct drain){.service = &rig.service,
                           .ledger = rig.jobs.ledger,
                           .blobs = rig.jobs.blobs,
                           .pool = rig.jobs.pool,
                           .outbox = rig.jobs.outbox,
                           .list = rig.jobs.list};
}

static void nothing_happens_before_we_are_told(void **state)
{
    (void)state;
    begin("before.sqlite", true);
    assert_false(drain_turn(&drain));
    assert_int_equal(drain_next(&drain), -1);
    drain_interrupt(&drain);
    assert_false(rig.service.draining || rig.service.interrupting);
    rig_end();
}

static void what_is_held_is_finished(void **state)
{
    struct worker *courier;
    struct job *job;
    struct lease *lease;

    (void)state;
    begin("held.sqlite", true);
    courier = rig_worker(rig.jobs.pool, STAGE_COURIER, 1);
    job = rig_job(rig_row("lecture", "a.pdf"), JOB_FETCHING, 0);
    lease = rig_lease(courier, job, LANE_FETCH, 0);
    drain_on_stop(&drain);
    assert_true(rig.service.draining);
    assert_false(drain_turn(&drain));
    assert_int_equal(drain_next(&drain), 11000);
    assert_ptr_equal(worker_settle(courier, lease->id), lease);
    free(lease);
    assert_true(drain_turn(&drain));            /* nobody is left whose process would have to end */
    assert_int_equal(drain_next(&drain), 6000); /* it would have been given 5 s */
    assert_int_equal(job->event, JOB_EVENTS);   /* it goes on at the next start */
    rig_end();
}

static void the_deadline_and_a_second_signal_end_it_anyway(void **state)
{
    struct worker *courier;

    (void)state;
    begin("anyway.sqlite", true);
    courier = rig_worker(rig.jobs.pool, STAGE_COURIER, 1);
    rig_lease(courier, rig_job(rig_row("lecture", "a.pdf"), JOB_FETCHING, 0), LANE_FETCH, 0);
    drain_on_stop(&drain);
    rig.service.now_ms = 10999;
    assert_false(drain_turn(&drain));
    rig.service.now_ms = 11000;
    assert_true(drain_turn(&drain));
    rig.service.now_ms = 2000;
    assert_false(drain_turn(&drain));
    drain_on_stop(&drain);
    assert_true(drain_turn(&drain));
    rig_end();
}

/* No other start will find them: after half the time they fail, those that were not begun, too. */
static void without_a_next_start_open_jobs_are_interrupted(void **state)
{
    struct job *active;
    int64_t waiting;

    (void)state;
    begin("interrupted.sqlite", false);
    active = rig_job(rig_row("active", "a.pdf"), JOB_WORKING, 1);
    waiting = rig_accept(rig_row("waiting", "b.pdf"));
    drain_on_stop(&drain);
    drain_interrupt(&drain);
    assert_false(rig.service.interrupting);
    assert_int_equal(drain_next(&drain), 6000);
    assert_false(drain_turn(&drain)); /* it still owes something */
    rig.service.now_ms = 6000;
    drain_interrupt(&drain);
    assert_true(rig.service.interrupting);
    assert_string_equal(active->row.code, "INTERRUPTED");
    assert_string_equal(job_list_find(rig.jobs.list, waiting)->row.code, "INTERRUPTED");
    assert_int_equal(job_list_find(rig.jobs.list, waiting)->event, EVENT_BROKEN);
    rig_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_happens_before_we_are_told),
        cmocka_unit_test(what_is_held_is_finished),
        cmocka_unit_test(the_deadline_and_a_second_signal_end_it_anyway),
        cmocka_unit_test(without_a_next_start_open_jobs_are_interrupted),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

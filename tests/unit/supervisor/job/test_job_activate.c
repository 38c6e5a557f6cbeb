/* test_job_activate - which jobs are worked on, and what a restart finds */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "supervisor/job/job_activate.h"
#include "supervisor/job/job_list.h"
#include "supervisor/job/job_machine.h"
#include "tests/unit/job_rig.h"
#include "tests/unit/scratch.h"

static int64_t accept(const char *name, const char *tenant)
{
    struct job_row row = rig_row(name, "a.pdf");

    row.tenant = (char *)tenant;
    return rig_accept(row);
}

static const struct job_counts *counts(void)
{
    return job_list_counts(rig.jobs.list);
}

static void no_more_jobs_are_active_than_there_is_room_for(void **state)
{
    int64_t first, second;

    (void)state;
    rig_begin("room.sqlite");
    rig.service.conf->limit_jobs_active = 1;
    first = accept("one", "");
    second = accept("two", "");
    job_activate(&rig.jobs);
    assert_int_equal(counts()->open, 2);
    assert_int_equal(counts()->active, 1);
    assert_int_equal(job_list_find(rig.jobs.list, first)->event, EVENT_ACTIVATED);
    assert_null(job_list_find(rig.jobs.list, second));
    job_fail(job_list_find(rig.jobs.list, first), CODE_INTERNAL, NULL);
    assert_true(job_machine_turn(&rig.jobs)); /* it ends, and makes room */
    assert_non_null(job_list_find(rig.jobs.list, second));
    assert_int_equal(counts()->open, 1);
    assert_int_equal(counts()->failed, 1);
    rig_end();
}

static void tenants_take_turns(void **state)
{
    int64_t other;

    (void)state;
    rig_begin("turns.sqlite");
    rig.service.conf->limit_jobs_active = 2;
    accept("one", "a");
    accept("two", "a");
    other = accept("three", "b");
    job_activate(&rig.jobs);
    assert_int_equal(counts()->active, 2);
    assert_non_null(job_list_find(rig.jobs.list, other));
    rig_end();
}

static void while_jobs_are_interrupted_none_becomes_active(void **state)
{
    (void)state;
    rig_begin("interrupted.sqlite");
    rig.service.interrupting = true;
    accept("one", "");
    job_activate(&rig.jobs);
    assert_int_equal(counts()->active, 0);
    rig_end();
}

/* Its files are looked at first; until then nothing of it is queued. */
static void a_job_found_after_a_restart_begins_anew_what_it_waited_for(void **state)
{
    struct job_row row;
    struct job *job;
    int64_t id;

    (void)state;
    rig_begin("restart.sqlite");
    id = rig_job(rig_row("one", "a.pdf"), JOB_INSPECTING, 0)->row.id;
    rig_end();
    rig_begin("restart.sqlite");
    job_activate_recover(&rig.jobs);
    job = job_list_find(rig.jobs.list, id);
    assert_true(job->checking);
    assert_int_equal(job->event, JOB_EVENTS);
    blobs_wait(rig.jobs.blobs);
    blobs_turn(rig.jobs.blobs);
    assert_int_equal(job->event, EVENT_ACTIVATED);
    assert_true(job_machine_turn(&rig.jobs));
    assert_int_equal(job->row.state, JOB_INSPECTING);
    assert_int_equal(rig_due(LANE_INSPECT), 1);
    assert_true(ledger_job_read(rig.jobs.ledger, accept("two", ""), &row)); /* a new one is not looked at */
    job_activate(&rig.jobs);
    assert_int_equal(job_list_find(rig.jobs.list, row.id)->event, EVENT_ACTIVATED);
    job_row_clear(&row);
    rig_end();
}

static void attempts_are_counted_anew_in_another_state_only(void **state)
{
    struct job *job;

    (void)state;
    rig_begin("attempts.sqlite");
    job = rig_job(rig_row("one", "a.pdf"), JOB_INSPECTING, 0);
    job->row.attempt = 2;
    job->row.crashes = 1;
    job_raise(job, EVENT_ACTIVATED);
    job_machine_turn(&rig.jobs);
    assert_int_equal(job->row.attempt, 2);
    assert_int_equal(job->row.crashes, 1);
    job_raise(job, EVENT_LOST);
    job_machine_turn(&rig.jobs);
    assert_int_equal(job->row.state, JOB_FETCHING);
    assert_int_equal(job->row.attempt, 0);
    assert_int_equal(job->row.crashes, 0);
    rig_end();
}

static void the_list_gives_up_what_a_job_held(void **state)
{
    char name[SHA_ROOM];
    struct job *job;

    (void)state;
    rig_begin("held.sqlite");
    job = rig_job(rig_row("one", "a.pdf"), JOB_WORKING, 1);
    rig_draw(job, 1, "{}", "picture");
    snprintf(name, sizeof name, "%s", job_slide_row(job, 1)->picture);
    job->row.state = JOB_COMPLETED;
    job_list_end(rig.jobs.list, job);
    assert_int_equal(counts()->open, 0);
    assert_int_equal(counts()->completed, 1);
    assert_true(blobs_has(rig.jobs.blobs, name)); /* until the commit that let it go is durable */
    blobs_tidy(rig.jobs.blobs, 1, 1);
    blobs_wait(rig.jobs.blobs);
    assert_false(blobs_has(rig.jobs.blobs, name));
    rig_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_more_jobs_are_active_than_there_is_room_for),
        cmocka_unit_test(tenants_take_turns),
        cmocka_unit_test(while_jobs_are_interrupted_none_becomes_active),
        cmocka_unit_test(a_job_found_after_a_restart_begins_anew_what_it_waited_for),
        cmocka_unit_test(attempts_are_counted_anew_in_another_state_only),
        cmocka_unit_test(the_list_gives_up_what_a_job_held),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

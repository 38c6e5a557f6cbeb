/* test_job_machine - from an accepted job to its end, with a real ledger and workers without processes */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "supervisor/job/job_deadline.h"
#include "supervisor/job/job_life.h"
#include "supervisor/job/job_machine.h"
#include "supervisor/job/jobs.h"
#include "supervisor/job/lease_message.h"
#include "supervisor/schedule/dispatch.h"
#include "tests/unit/pool_rig.h"
#include "tests/unit/scratch.h"

static struct service service;
static struct schedule schedule;
static struct jobs jobs;

static char *body_of(void *arg, const struct job_row *row)
{
    (void)arg;
    return strdup(row->code);
}

static void begin(const char *name)
{
    const struct money_rows rows = job_money_rows(&jobs);

    service = (struct service){.conf = conf_load(NULL, stderr), .now_ms = 1000};
    assert_non_null(service.conf);
    conf_set(&service.conf->callback_url, "http://127.0.0.1:1/");
    jobs = (struct jobs){.service = &service,
                         .ledger = ledger_open(name),
                         .blobs = blobs_open("blobs"),
                         .pool = rig_pool(service.conf),
                         .lanes = lanes_new(),
                         .in_flight = in_flight_new(),
                         .tenants = tenants_new(),
                         .schedule = &schedule};
    jobs.budget = budget_new(&service, jobs.ledger, &rows);
    jobs.admissions = admission_new(&service, jobs.ledger, jobs.pool, jobs.budget, &rows);
    jobs.outbox = outbox_new(&service, jobs.ledger, jobs.lanes, jobs.tenants, body_of, NULL);
    schedule = (struct schedule){.service = &service,
                                 .pool = jobs.pool,
                                 .lanes = jobs.lanes,
                                 .blobs = jobs.blobs,
                                 .admissions = jobs.admissions,
                                 .source = lease_message_source(&jobs)};
}

static void end(void)
{
    worker_pool_free(&jobs.pool);
    jobs_free(&jobs);
    outbox_free(&jobs.outbox);
    admission_free(&jobs.admissions);
    budget_free(&jobs.budget);
    tenants_free(&jobs.tenants);
    in_flight_free(&jobs.in_flight);
    lanes_free(&jobs.lanes);
    blobs_close(&jobs.blobs);
    ledger_close(&jobs.ledger);
    conf_free(&service.conf);
}

static int64_t accept(const char *key)
{
    struct job_row row = {.job = (char *)"lecture-1",
                          .digest = (char *)"digest",
                          .key = (char *)key,
                          .email = (char *)"",
                          .language = (char *)"English",
                          .filename = (char *)"",
                          .document = (char *)"",
                          .tenant = (char *)""};

    assert_true(ledger_job_add(jobs.ledger, &row));
    job_accepted(&jobs, "");
    return row.id;
}

/* The job has failed with that code, once, and its callback is owed. */
static void assert_failed(int64_t id, const char *code)
{
    struct job_row row;
    struct owed owed;

    assert_int_equal(jobs.open, 0);
    assert_int_equal(jobs.active, 0);
    assert_int_equal(jobs.failed, 1);
    assert_null(jobs.first);
    assert_true(ledger_job_read(jobs.ledger, id, &row));
    assert_int_equal(row.state, JOB_FAILED);
    assert_string_equal(row.code, code);
    job_row_clear(&row);
    assert_true(outbox_find(jobs.outbox, id, &owed));
}

static void an_accepted_job_is_fetched(void **state)
{
    struct worker *courier;
    int64_t id;

    (void)state;
    begin("fetched.sqlite");
    courier = rig_worker(jobs.pool, STAGE_COURIER, 1);
    id = accept("a.pdf");
    assert_true(job_machine_turn(&jobs));
    assert_int_equal(jobs.active, 1);
    assert_int_equal(job_find(&jobs, id)->row.state, JOB_FETCHING);
    dispatch(&schedule);
    assert_int_equal(courier->held, 1);
    assert_int_equal(courier->leases->work.job, id);
    assert_int_equal(courier->outgoing[0].message.type, WIRE_FETCH);
    assert_string_equal(courier->outgoing[0].message.fetch.key, "a.pdf");
    assert_false(job_machine_turn(&jobs));
    end();
}

/* Handing it out changes nothing of the job; its end comes with the turn. */
static void what_cannot_be_sent_fails_its_job_in_the_turn(void **state)
{
    static char key[5000];
    struct worker *courier;
    int64_t id;

    (void)state;
    begin("misfit.sqlite");
    memset(key, 'k', sizeof key - 1);
    courier = rig_worker(jobs.pool, STAGE_COURIER, 1);
    id = accept(key);
    job_machine_turn(&jobs);
    dispatch(&schedule);
    assert_int_equal(jobs.active, 1);
    assert_int_equal(courier->outgoing_count, 0);
    assert_true(job_machine_turn(&jobs));
    assert_int_equal(courier->held, 0);
    assert_failed(id, "INTERNAL");
    end();
}

static void a_failure_for_good_ends_the_job(void **state)
{
    struct worker *courier;
    struct wire failed;
    int64_t id;

    (void)state;
    begin("failed.sqlite");
    courier = rig_worker(jobs.pool, STAGE_COURIER, 1);
    id = accept("a.pdf");
    job_machine_turn(&jobs);
    dispatch(&schedule);
    wire_init(&failed, WIRE_FAILED);
    failed.failed = (struct wire_failed){
        .lease = courier->leases->id, .code = "S3_NOT_FOUND", .detail = "there is no object of that name"};
    job_machine_on_result(&jobs, courier, &failed);
    wire_clear(&failed);
    assert_int_equal(jobs.active, 1); /* the event is raised, and applied by the loop */
    assert_true(job_machine_turn(&jobs));
    assert_failed(id, "S3_NOT_FOUND");
    end();
}

static void a_job_past_its_time_fails(void **state)
{
    struct job_deadline deadline = {.start_ms = 1000, .start_unix_ms = INT64_MAX / 2};
    int64_t id;

    (void)state;
    begin("late.sqlite");
    id = accept("a.pdf");
    job_machine_turn(&jobs);
    assert_true(job_deadline_turn(&deadline, &jobs) > service.now_ms);
    job_machine_turn(&jobs);
    assert_failed(id, "JOB_DEADLINE");
    assert_int_equal(lanes_depth(jobs.lanes, LANE_FETCH), 0);
    assert_int_equal(job_deadline_turn(&deadline, &jobs), -1);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_accepted_job_is_fetched),
        cmocka_unit_test(what_cannot_be_sent_fails_its_job_in_the_turn),
        cmocka_unit_test(a_failure_for_good_ends_the_job),
        cmocka_unit_test(a_job_past_its_time_fails),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

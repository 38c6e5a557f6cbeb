/* test_job_machine - from an accepted job to its end, with a real ledger and workers without processes */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "supervisor/job/job_deadline.h"
#include "supervisor/job/job_machine.h"
#include "supervisor/job/lease_result.h"
#include "supervisor/job/overview.h"
#include "supervisor/schedule/dispatch.h"
#include "tests/unit/job_rig.h"
#include "tests/unit/scratch.h"

static int64_t accept(const char *key)
{
    return rig_accept(rig_row("lecture-1", key));
}

/* The job has failed with that code, once, and its callback is owed. */
static void assert_failed(int64_t id, const char *code)
{
    struct job_row row;
    struct owed owed;

    assert_int_equal(job_list_counts(rig.jobs.list)->open, 0);
    assert_int_equal(job_list_counts(rig.jobs.list)->active, 0);
    assert_int_equal(job_list_counts(rig.jobs.list)->failed, 1);
    assert_null(job_list_first(rig.jobs.list));
    assert_true(ledger_job_read(rig.jobs.ledger, id, &row));
    assert_int_equal(row.state, JOB_FAILED);
    assert_string_equal(row.code, code);
    job_row_clear(&row);
    assert_true(outbox_find(rig.jobs.outbox, id, &owed));
}

static const struct wire *last_message(const struct worker *worker)
{
    unsigned n = 0;

    while (worker_unsent(worker, n + 1) != NULL)
        n++;
    return worker_unsent(worker, n);
}

static void an_accepted_job_is_fetched(void **state)
{
    struct worker *courier;
    int64_t id;

    (void)state;
    rig_begin("fetched.sqlite");
    courier = rig_worker(rig.jobs.pool, STAGE_COURIER, 1);
    id = accept("a.pdf");
    assert_true(job_machine_turn(&rig.jobs));
    assert_int_equal(job_list_counts(rig.jobs.list)->active, 1);
    assert_int_equal(job_list_find(rig.jobs.list, id)->row.state, JOB_FETCHING);
    dispatch(&rig.schedule);
    assert_int_equal(worker_held(courier), 1);
    assert_int_equal(TAILQ_FIRST(worker_leases(courier))->work.job, id);
    assert_int_equal(worker_unsent(courier, 0)->type, WIRE_FETCH);
    assert_string_equal(worker_unsent(courier, 0)->fetch.key, "a.pdf");
    assert_false(job_machine_turn(&rig.jobs));
    rig_end();
}

/* Handing it out changes nothing of the job; its end comes with the turn. */
static void what_cannot_be_sent_fails_its_job_in_the_turn(void **state)
{
    static char key[5000];
    struct worker *courier;
    int64_t id;

    (void)state;
    rig_begin("misfit.sqlite");
    memset(key, 'k', sizeof key - 1);
    courier = rig_worker(rig.jobs.pool, STAGE_COURIER, 1);
    id = accept(key);
    job_machine_turn(&rig.jobs);
    dispatch(&rig.schedule);
    assert_int_equal(job_list_counts(rig.jobs.list)->active, 1);
    assert_null(worker_unsent(courier, 0));
    assert_true(job_machine_turn(&rig.jobs));
    assert_int_equal(worker_held(courier), 0);
    assert_failed(id, "INTERNAL");
    rig_end();
}

static void a_failure_for_good_ends_the_job(void **state)
{
    struct worker *courier;
    struct wire failed;
    int64_t id;

    (void)state;
    rig_begin("failed.sqlite");
    courier = rig_worker(rig.jobs.pool, STAGE_COURIER, 1);
    id = accept("a.pdf");
    job_machine_turn(&rig.jobs);
    dispatch(&rig.schedule);
    wire_init(&failed, WIRE_FAILED);
    failed.failed = (struct wire_failed){.lease = TAILQ_FIRST(worker_leases(courier))->id,
                                         .code = "S3_NOT_FOUND",
                                         .detail = "there is no object of that name"};
    lease_result_take(&rig.jobs, courier, &failed);
    wire_clear(&failed);
    assert_int_equal(job_list_counts(rig.jobs.list)->active,
                     1); /* the event is raised, and applied by the loop */
    assert_true(job_machine_turn(&rig.jobs));
    assert_failed(id, "S3_NOT_FOUND");
    rig_end();
}

static void a_job_past_its_time_fails(void **state)
{
    struct job_deadline deadline = {
        .service = &rig.service, .start_ms = 1000, .start_unix_ms = INT64_MAX / 2};
    int64_t id;

    (void)state;
    rig_begin("late.sqlite");
    deadline.ledger = rig.jobs.ledger;
    deadline.list = rig.jobs.list;
    id = accept("a.pdf");
    job_machine_turn(&rig.jobs);
    assert_true(job_deadline_turn(&deadline) > rig.service.now_ms);
    job_machine_turn(&rig.jobs);
    assert_failed(id, "JOB_DEADLINE");
    assert_int_equal(lanes_depth(rig.jobs.lanes, LANE_FETCH), 0);
    assert_int_equal(job_deadline_turn(&deadline), -1);
    rig_end();
}

/* After a restart, say: its slides had all failed while it was out, and nobody has looked at them since. */
static void an_overview_does_not_save_a_job_without_a_slide(void **state)
{
    static const struct {
        const char *name;
        enum outcome outcome;
        enum job_state then; /* FAILED: it is gone */
    } rows[] = {{"explained.sqlite", OUTCOME_EXPLAINED, JOB_ASSEMBLING},
                {"nothing.sqlite", OUTCOME_FAILED, JOB_FAILED}};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct worker *vision;
        struct lease *lease;
        struct wire result;
        struct job *job;
        int64_t id;

        rig_begin(rows[i].name);
        vision = rig_worker(rig.jobs.pool, STAGE_VISION, 1);
        job = rig_job(rig_row("lecture", "a.pdf"), JOB_WORKING, 5);
        id = job->row.id;
        for (uint32_t n = 1; n <= 5; n++) {
            job_slide_row(job, n)->outcome = rows[i].outcome;
            job_text(&job_slide_row(job, n)->code, "MODEL_REFUSED");
        }
        job->open = 0;
        overview_is_out(job);
        lease = rig_lease(vision, job, LANE_OVERVIEW, 0);
        rig_message(&result, WIRE_OVERVIEWED, "{\"title\":\"L\"}");
        result.overviewed =
            (struct wire_overviewed){.lease = lease->id, .engine = "openai", .model = "gpt-4o"};
        lease_result_take(&rig.jobs, vision, &result);
        wire_clear(&result);
        job_machine_turn(&rig.jobs);
        if (rows[i].then == JOB_FAILED)
            assert_failed(id, "ALL_SLIDES_FAILED");
        else
            assert_int_equal(job->row.state, rows[i].then);
        rig_end();
    }
}

/* The worker has answered its only lease. */
static void answer(struct worker *worker, struct wire *result)
{
    lease_result_take(&rig.jobs, worker, result);
    wire_clear(result);
    while (!blobs_idle(rig.jobs.blobs)) {
        blobs_wait(rig.jobs.blobs);
        blobs_turn(rig.jobs.blobs);
    }
    do
        dispatch(&rig.schedule);
    while (job_machine_turn(&rig.jobs));
}

static void from_the_last_answer_to_the_callback(void **state)
{
    struct worker *vision, *assembler, *courier;
    struct job_row row = rig_row("lecture-1", "a.pdf");
    struct wire result;
    struct lease *lease;
    struct job *job;
    int64_t id;

    (void)state;
    rig_begin("way.sqlite");
    vision = rig_worker(rig.jobs.pool, STAGE_VISION, 1);
    assembler = rig_worker(rig.jobs.pool, STAGE_ASSEMBLER, 1);
    courier = rig_worker(rig.jobs.pool, STAGE_COURIER, 1);
    row.outputs = OUTPUTS_ALWAYS;
    job = rig_job(row, JOB_WORKING, 1);
    id = job->row.id;
    rig_draw(job, 1, "{\"lines\":[]}", "picture");
    lease = rig_lease(vision, job, LANE_EXPLAIN, 1);
    rig_message(&result, WIRE_EXPLAINED, "{\"title\":\"T\"}");
    result.explained = (struct wire_explained){
        .lease = lease->id, .engine = "openai", .model = "gpt-4o", .outcome = OUTCOME_EXPLAINED};
    answer(vision, &result);
    assert_int_equal(job->row.state, JOB_ASSEMBLING);
    assert_int_equal(worker_held(assembler), 1);
    rig_message(&result, WIRE_ASSEMBLED, "summary");
    result.assembled.lease = TAILQ_FIRST(worker_leases(assembler))->id;
    wire_add_copy(&result, "docx", 4);
    wire_add_copy(&result, "apkg", 4);
    answer(assembler, &result);
    assert_int_equal(job->row.state, JOB_STORING);
    for (unsigned stored = 0; stored < 3; stored++) {
        assert_int_equal(TAILQ_FIRST(worker_leases(courier))->work.lane, LANE_STORE);
        wire_init(&result, WIRE_STORED);
        result.stored =
            (struct wire_stored){.lease = TAILQ_FIRST(worker_leases(courier))->id, .url = "https://store/x"};
        answer(courier, &result);
    }
    assert_int_equal(job_list_counts(rig.jobs.list)->completed, 1);
    assert_null(job_list_find(rig.jobs.list, id));
    outbox_turn(rig.jobs.outbox);
    dispatch(&rig.schedule);
    assert_int_equal(TAILQ_FIRST(worker_leases(courier))->work.lane, LANE_NOTIFY);
    assert_int_equal(last_message(courier)->type, WIRE_NOTIFY);
    rig_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_accepted_job_is_fetched),
        cmocka_unit_test(what_cannot_be_sent_fails_its_job_in_the_turn),
        cmocka_unit_test(a_failure_for_good_ends_the_job),
        cmocka_unit_test(a_job_past_its_time_fails),
        cmocka_unit_test(an_overview_does_not_save_a_job_without_a_slide),
        cmocka_unit_test(from_the_last_answer_to_the_callback),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

/* test_previous_run - the earlier run of a lecture: got, or done without */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "supervisor/job/previous_run.h"
#include "tests/unit/job_rig.h"
#include "tests/unit/scratch.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static struct job *naming(const char *previous)
{
    struct job *job = rig_job(rig_row("lecture", "a.pdf"), JOB_ASSEMBLING, 1);

    job_text(&job->row.previous, previous);
    return job;
}

static const char *said(const struct job *job, const char *name)
{
    static char text[200];
    json_t *object = previous_run_said(job);

    snprintf(text, sizeof text, "%s", json_string_value(json_object_get(object, name)));
    json_decref(object);
    return text;
}

static void one_that_is_named_comes_before_the_documents(void **state)
{
    struct blob_write kept = {0};
    struct wire message = {0};
    struct job *job;

    (void)state;
    rig_begin("named.sqlite");
    job = naming("lecture-0");
    assert_int_equal(previous_run_lane(job), LANE_PREVIOUS);
    job->row.attempt = 2;
    rig_blob("summary", kept.names[0]);
    previous_run_on_result(rig.jobs.ledger, rig.jobs.blobs, rig.jobs.lanes, job, &kept);
    assert_int_equal(previous_run_lane(job), LANE_ASSEMBLE);
    assert_int_equal(rig_due(LANE_ASSEMBLE), 1);
    assert_int_equal(job->row.attempt, 0); /* the documents have tries of their own */
    assert_string_equal(said(job, "job"), "lecture-0");
    assert_string_equal(said(job, "reason"), "");
    assert_true(previous_run_add(rig.jobs.ledger, rig.jobs.blobs, rig.jobs.lanes, job, &message));
    assert_int_equal(wire_size(&message, 0), strlen("summary"));
    wire_clear(&message);
    previous_run_on_result(rig.jobs.ledger, rig.jobs.blobs, rig.jobs.lanes, job, &kept); /* again: too late */
    assert_int_equal(rig_due(LANE_ASSEMBLE), 1);
    rig_end();
}

static void one_that_cannot_be_had_is_told_and_done_without(void **state)
{
    static const struct {
        enum code code;
        const char *reason;
    } rows[] = {{CODE_S3_NOT_FOUND, "the store has no summary.json of that job"},
                {CODE_S3_DENIED, "the store refused the credentials"}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct job *job;

        rig_begin(i == 0 ? "none.sqlite" : "denied.sqlite");
        job = naming("lecture-0");
        previous_run_none(rig.jobs.ledger, rig.jobs.lanes, job, rows[i].code);
        assert_false(previous_run_awaited(job));
        assert_int_equal(rig_due(LANE_ASSEMBLE), 1);
        assert_int_equal(job->event, JOB_EVENTS);
        assert_non_null(strstr(said(job, "reason"), rows[i].reason));
        rig_end();
    }
}

static void a_lost_file_is_got_again(void **state)
{
    struct wire message = {0};
    struct job *job;

    (void)state;
    rig_begin("lost.sqlite");
    job = naming("lecture-0");
    job_text(&job->row.previous_sha, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    blobs_hold(rig.jobs.blobs, job->row.previous_sha);
    assert_false(previous_run_add(rig.jobs.ledger, rig.jobs.blobs, rig.jobs.lanes, job, &message));
    assert_true(previous_run_awaited(job));
    assert_int_equal(rig_due(LANE_PREVIOUS), 1);
    rig_end();
}

/* Nobody has it now. */
static void a_lost_file_that_came_with_the_request_is_done_without(void **state)
{
    struct wire message = {0};
    struct job *job;

    (void)state;
    rig_begin("came.sqlite");
    job = naming("");
    job_text(&job->row.previous_sha, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    blobs_hold(rig.jobs.blobs, job->row.previous_sha);
    assert_false(previous_run_add(rig.jobs.ledger, rig.jobs.blobs, rig.jobs.lanes, job, &message));
    assert_int_equal(rig_due(LANE_ASSEMBLE), 1);
    assert_string_equal(said(job, "reason"), "its file is no longer in the state folder");
    rig_end();
}

static void without_one_nothing_is_said(void **state)
{
    struct wire message = {0};
    struct job *job;

    (void)state;
    rig_begin("without.sqlite");
    job = naming("");
    assert_null(previous_run_said(job));
    assert_int_equal(previous_run_lane(job), LANE_ASSEMBLE);
    assert_true(previous_run_add(rig.jobs.ledger, rig.jobs.blobs, rig.jobs.lanes, job, &message));
    assert_int_equal(message.frames, 0);
    rig_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_is_named_comes_before_the_documents),
        cmocka_unit_test(one_that_cannot_be_had_is_told_and_done_without),
        cmocka_unit_test(a_lost_file_is_got_again),
        cmocka_unit_test(a_lost_file_that_came_with_the_request_is_done_without),
        cmocka_unit_test(without_one_nothing_is_said),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

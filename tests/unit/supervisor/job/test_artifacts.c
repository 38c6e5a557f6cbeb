/* test_artifacts - the documents of a job from their files to the store */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "supervisor/job/artifacts.h"
#include "tests/unit/job_rig.h"
#include "tests/unit/scratch.h"

/* What the disk has of an ASSEMBLED with the three that are always made. */
static void assembled(struct job *job, const char *const bytes[3])
{
    struct blob_write kept = {0};

    for (size_t i = 0; i < 3; i++) {
        rig_blob(bytes[i], kept.names[i]);
        kept.sizes[i] = strlen(bytes[i]);
    }
    artifacts_on_assembled(rig.jobs.ledger, rig.jobs.blobs, job, &kept);
}

static const char *const documents[] = {"summary", "docx", "apkg"};

static struct job *begin(const char *name, enum job_state state)
{
    struct job_row row = rig_row("lecture", "a.pdf");

    rig_begin(name);
    row.outputs = OUTPUTS_ALWAYS;
    return rig_job(row, state, 1);
}

static void stored(struct job *job, uint32_t n)
{
    const struct wire_stored result = {.url = "https://store/x", .expires_at = 99};

    artifacts_on_stored(rig.jobs.ledger, rig.jobs.lanes, job, n, &result);
}

static void each_document_is_kept_and_stored(void **state)
{
    struct job *job = begin("stored.sqlite", JOB_ASSEMBLING);
    char files[ARTIFACTS][SHA_ROOM];
    struct artifact_row row;

    (void)state;
    assert_int_equal(artifacts_files(rig.jobs.ledger, job->row.id, files), 0);
    assembled(job, documents);
    assert_int_equal(job->event, EVENT_ASSEMBLED);
    assert_int_equal(artifacts_files(rig.jobs.ledger, job->row.id, files), 3);
    job->event = JOB_EVENTS;
    job->row.state = JOB_STORING;
    artifacts_store(rig.jobs.ledger, rig.jobs.lanes, job);
    assert_int_equal(rig_due(LANE_STORE), 3);
    assert_int_equal(job->event, JOB_EVENTS);
    stored(job, ARTIFACT_APKG);
    stored(job, ARTIFACT_SUMMARY);
    assert_int_equal(job->event, JOB_EVENTS);
    stored(job, ARTIFACT_DOCX);
    assert_int_equal(job->event, EVENT_STORED);
    assert_true(ledger_artifact_find(rig.jobs.ledger, job->row.id, ARTIFACT_DOCX, &row));
    assert_string_equal(row.url, "https://store/x");
    assert_int_equal(row.bytes, strlen("docx"));
    assert_int_equal(row.expires_at, 99);
    free(row.url);
    rig_end();
}

static void what_is_stored_already_is_not_stored_again(void **state)
{
    struct job *job = begin("again.sqlite", JOB_ASSEMBLING);

    (void)state;
    assembled(job, documents);
    job->event = JOB_EVENTS;
    job->row.state = JOB_STORING;
    stored(job, ARTIFACT_DOCX);
    artifacts_store(rig.jobs.ledger, rig.jobs.lanes, job); /* as after a restart */
    assert_int_equal(rig_due(LANE_STORE), 2);
    stored(job, ARTIFACT_SUMMARY);
    stored(job, ARTIFACT_APKG);
    job->event = JOB_EVENTS;
    artifacts_store(rig.jobs.ledger, rig.jobs.lanes, job);
    assert_int_equal(rig_due(LANE_STORE), 2);
    assert_int_equal(job->event, EVENT_STORED);
    rig_end();
}

static void a_document_made_again_takes_the_place_of_the_lost_one(void **state)
{
    static const char *const others[] = {"summary 2", "docx", "apkg"};
    struct job *job = begin("made.sqlite", JOB_ASSEMBLING);
    char files[ARTIFACTS][SHA_ROOM], fresh[SHA_ROOM];

    (void)state;
    assembled(job, documents);
    assembled(job, others);
    assert_int_equal(artifacts_files(rig.jobs.ledger, job->row.id, files), 3);
    blob_name(others[0], strlen(others[0]), fresh);
    assert_string_equal(files[ARTIFACT_SUMMARY], fresh);
    rig_end();
}

static void a_missing_row_has_all_made_again(void **state)
{
    struct job *job = begin("missing.sqlite", JOB_STORING);

    (void)state;
    lanes_add(rig.jobs.lanes, job_work(job, LANE_STORE, 0), 0);
    artifacts_store(rig.jobs.ledger, rig.jobs.lanes, job);
    assert_int_equal(job->event, EVENT_LOST);
    assert_int_equal(lanes_depth(rig.jobs.lanes, LANE_STORE), 0);
    rig_end();
}

static void what_comes_late_is_dropped(void **state)
{
    struct job *job = begin("late.sqlite", JOB_WORKING);
    char files[ARTIFACTS][SHA_ROOM];

    (void)state;
    assembled(job, documents);
    stored(job, ARTIFACT_DOCX);
    assert_int_equal(job->event, JOB_EVENTS);
    assert_int_equal(artifacts_files(rig.jobs.ledger, job->row.id, files), 0);
    rig_end();
}

static void a_result_that_was_never_made_is_dropped(void **state)
{
    struct job *job = begin("never.sqlite", JOB_STORING);

    (void)state;
    stored(job, ARTIFACT_TSV);
    assert_int_equal(job->event, JOB_EVENTS);
    rig_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_document_is_kept_and_stored),
        cmocka_unit_test(what_is_stored_already_is_not_stored_again),
        cmocka_unit_test(a_document_made_again_takes_the_place_of_the_lost_one),
        cmocka_unit_test(a_missing_row_has_all_made_again),
        cmocka_unit_test(what_comes_late_is_dropped),
        cmocka_unit_test(a_result_that_was_never_made_is_dropped),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

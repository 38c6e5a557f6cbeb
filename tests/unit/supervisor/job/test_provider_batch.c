/* test_provider_batch - what a batch is asked, and what becomes of its answers */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "proto/clock.h"
#include "supervisor/job/provider_batch.h"
#include "tests/unit/job_rig.h"
#include "tests/unit/scratch.h"

static struct worker *vision;
static struct wire message;

/* An economy job whose slides are drawn and in one batch. */
static struct job *begin(const char *name, uint32_t pages)
{
    struct job_row row = rig_row("lecture", "a.pdf");
    struct job *job;

    rig_begin(name);
    vision = rig_worker(rig.jobs.pool, STAGE_VISION, 4);
    row.economy = true;
    job = rig_job(row, JOB_WORKING, pages);
    for (uint32_t i = 1; i <= pages; i++) {
        char picture[16];

        snprintf(picture, sizeof picture, "picture %u", i);
        rig_draw(job, i, "{\"lines\":[]}", picture);
        batch_takes(job, i, vision);
    }
    batch_try(rig.jobs.lanes, job);
    assert_non_null(job->batches);
    return job;
}

static bool issue(struct job *job, const struct worker *worker)
{
    wire_init(&message, WIRE_BATCH);
    return batch_issue(&rig.jobs.slides, job, worker, 1, &message);
}

static void on_result(struct job *job, enum wire_type type, bool ended, const char *bytes)
{
    struct lease *lease = rig_lease(vision, job, type == WIRE_BATCHED ? LANE_BATCH : LANE_POLL, 1);
    struct wire result;

    rig_message(&result, type, bytes);
    if (type == WIRE_BATCHED)
        result.batched.batch = bytes;
    else
        result.polled.ended = ended;
    batch_on_result(&rig.jobs.slides, job, lease, &result);
    wire_clear(&result);
}

static void on_failed(struct job *job, struct wire_failed failed)
{
    failed.detail = "";
    batch_on_failed(&rig.jobs.slides, job, rig_lease(vision, job, LANE_BATCH, 1), &failed);
}

static void what_is_known_is_not_asked(void **state)
{
    struct job *job = begin("issue.sqlite", 3);
    char key[BLOB_NAME];
    json_t *list;

    (void)state;
    answer_cache_slide_key(vision, job, 2, key);
    answer_cache_keep(&rig.jobs.cache, key, "{}", "openai", "gpt-4o");
    assert_true(issue(job, vision));
    assert_int_equal(job_slide_row(job, 2)->outcome, OUTCOME_CACHED);
    list = json_loadb(wire_data(&message, 0), wire_size(&message, 0), 0, NULL);
    assert_int_equal(json_array_size(list), 2);
    assert_int_equal(json_integer_value(json_object_get(json_array_get(list, 1), "slide")), 3);
    assert_int_equal(message.frames, 5); /* the list, and text and picture of two */
    assert_int_equal(strlen(message.batch.mark), BLOB_NAME - 1);
    assert_true(job->batches->reserved > 0);
    json_decref(list);
    wire_clear(&message);
    rig_end();
}

static void what_no_money_is_left_for_is_left_out(void **state)
{
    struct job *job = begin("money.sqlite", 2);

    (void)state;
    conf_set(&rig.service.conf->budget_job_usd, "0.000001");
    assert_false(issue(job, vision));
    assert_string_equal(job_slide_row(job, 1)->code, "BUDGET_JOB");
    assert_int_equal(job_slide_row(job, 2)->outcome, OUTCOME_SKIPPED);
    assert_null(job->batches);
    wire_clear(&message);
    rig_end();
}

static void an_engine_without_batches_is_asked_at_once(void **state)
{
    struct job *job = begin("engine.sqlite", 2);

    (void)state;
    assert_false(issue(job, rig_engine(rig.jobs.pool, "offline")));
    assert_int_equal(rig_due(LANE_EXPLAIN), 2);
    assert_false(issue(job, vision)); /* there is no batch any more */
    wire_clear(&message);
    rig_end();
}

static void a_lost_picture_is_drawn_for_a_call_of_its_own(void **state)
{
    struct job *job = begin("lost.sqlite", 1);

    (void)state;
    snprintf(job_slide_row(job, 1)->picture, SHA_ROOM,
             "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_false(issue(job, vision));
    assert_int_equal(rig_due(LANE_EXPLAIN), 1);
    wire_clear(&message);
    rig_end();
}

static void one_that_is_handed_in_is_looked_after(void **state)
{
    struct job *job = begin("batched.sqlite", 1);

    (void)state;
    on_result(job, WIRE_BATCHED, false, "batch_7");
    assert_string_equal(job->batches->name, "batch_7");
    assert_int_equal(rig_later(LANE_POLL), 1);
    on_result(job, WIRE_POLLED, false, "[]");
    assert_int_equal(rig_later(LANE_POLL), 2);
    wire_init(&message, WIRE_POLL);
    assert_true(batch_issue_poll(&rig.jobs.slides, job, 1, &message));
    assert_string_equal(message.poll.batch, "batch_7");
    assert_false(message.poll.late);
    wire_clear(&message);
    assert_false(batch_issue_poll(&rig.jobs.slides, job, 2, &message));
    rig_end();
}

/* 1 is answered; of 2 the provider says nothing that can be used, 3 it does not name, and there is no 9. */
static void answers_are_taken_and_the_rest_is_asked_for_at_once(void **state)
{
    struct job *job = begin("polled.sqlite", 3);

    (void)state;
    on_result(job, WIRE_BATCHED, false, "batch_7");
    on_result(job, WIRE_POLLED, true,
              "[{\"slide\":9,\"answer\":{}},7,{\"slide\":1,\"answer\":{\"title\":\"T\"},\"answered\":true,"
              "\"model\":\"gpt-4o\","
              "\"outcome\":\"explained\",\"input_tokens\":1000,\"output_tokens\":-5},"
              "{\"slide\":2,\"answer\":\"no\",\"model\":[],\"input_tokens\":\"many\"}]");
    assert_int_equal(job_slide_row(job, 1)->outcome, OUTCOME_EXPLAINED);
    assert_int_equal(job_slide_row(job, 1)->input_tokens, 1000);
    assert_int_equal(job_slide_row(job, 1)->output_tokens, 0);
    assert_int_equal(job_slide_row(job, 1)->calls, 1);
    assert_true(job_slide_row(job, 1)->spent > 0);
    assert_int_equal(job_slide_row(job, 2)->outcome, OUTCOME_OPEN);
    assert_int_equal(rig_due(LANE_EXPLAIN), 2);
    assert_true(job->live);
    assert_null(job->batches);
    on_result(job, WIRE_POLLED, true, "[]"); /* too late: there is no batch any more */
    rig_end();
}

static void an_answer_that_is_no_list_answers_nothing(void **state)
{
    struct job *job = begin("garbage.sqlite", 2);

    (void)state;
    on_result(job, WIRE_BATCHED, false, "batch_7");
    on_result(job, WIRE_POLLED, true, "{\"slide\":");
    assert_int_equal(rig_due(LANE_EXPLAIN), 2);
    rig_end();
}

static void a_failure_is_waited_out_or_asked_without_a_batch(void **state)
{
    struct job *job = begin("failed.sqlite", 2);

    (void)state;
    job->row.created_ms = clock_unix_ms();
    on_failed(job, (struct wire_failed){.code = "MODEL_UNAVAILABLE", .retryable = true});
    assert_int_equal(rig_later(LANE_BATCH), 1);
    job->row.created_ms = 1; /* so long ago that it does not pay to wait */
    on_failed(job, (struct wire_failed){.code = "MODEL_UNAVAILABLE", .retryable = true});
    assert_int_equal(rig_due(LANE_EXPLAIN), 2);
    assert_true(job->live);
    assert_int_equal(job->event, JOB_EVENTS);
    rig_end();
}

static void a_failure_of_the_job_is_the_jobs(void **state)
{
    struct job *job = begin("auth.sqlite", 1);

    (void)state;
    on_failed(job, (struct wire_failed){.code = "MODEL_AUTH"});
    assert_int_equal(job->event, EVENT_BROKEN);
    assert_string_equal(job->row.code, "MODEL_AUTH");
    rig_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_known_is_not_asked),
        cmocka_unit_test(what_no_money_is_left_for_is_left_out),
        cmocka_unit_test(an_engine_without_batches_is_asked_at_once),
        cmocka_unit_test(a_lost_picture_is_drawn_for_a_call_of_its_own),
        cmocka_unit_test(one_that_is_handed_in_is_looked_after),
        cmocka_unit_test(answers_are_taken_and_the_rest_is_asked_for_at_once),
        cmocka_unit_test(an_answer_that_is_no_list_answers_nothing),
        cmocka_unit_test(a_failure_is_waited_out_or_asked_without_a_batch),
        cmocka_unit_test(a_failure_of_the_job_is_the_jobs),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

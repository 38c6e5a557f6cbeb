/* test_overview - when a lecture is summed up, what is asked, and what comes of it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "supervisor/job/overview.h"
#include "tests/unit/job_rig.h"
#include "tests/unit/scratch.h"

/* A job whose first slides a model has explained, the others an engine without one. */
static struct job *explained_job(uint32_t pages, uint32_t by_model)
{
    struct job *job = rig_job(rig_row("lecture", "a.pdf"), JOB_WORKING, pages);

    for (uint32_t i = 1; i <= pages; i++) {
        struct slide_row *slide = job_slide_row(job, i);

        slide->outcome = OUTCOME_EXPLAINED;
        job_text(&slide->engine, i <= by_model ? "openai" : "offline");
        slide->answer =
            strdup("{\"title\":\"T\",\"short_summary\":\"S\",\"anki_cards\":[{\"front\":\"1\"},{\"front\":"
                   "\"2\"},{\"front\":\"3\"},{\"front\":\"4\"},{\"front\":\"5\"},{\"front\":\"6\"},"
                   "{\"front\":\"7\"}]}");
        ledger_slide_update(rig.jobs.ledger, job->row.id, slide);
        free(slide->answer);
        slide->answer = NULL;
    }
    return job;
}

static bool begins(struct job *job)
{
    return overview_begin(rig.service.conf, rig.jobs.lanes, job);
}

static void five_slides_by_a_model_are_summed_up_once(void **state)
{
    struct job *job;

    (void)state;
    rig_begin("five.sqlite");
    assert_false(begins(explained_job(5, 4)));
    rig_end();
    rig_begin("five2.sqlite");
    job = explained_job(5, 5);
    assert_true(begins(job));
    assert_true(begins(job)); /* it is out already */
    assert_int_equal(rig_due(LANE_OVERVIEW), 1);
    overview_none(job);
    assert_int_equal(job->event, EVENT_SUMMED_UP);
    assert_string_equal(job->row.overview, "null");
    assert_false(begins(job));
    rig_end();
}

static void switched_off_there_is_none(void **state)
{
    (void)state;
    rig_begin("off.sqlite");
    rig.service.conf->model_overview = false;
    assert_false(begins(explained_job(6, 6)));
    assert_int_equal(rig_due(LANE_OVERVIEW), 0);
    rig_end();
}

static void what_a_living_worker_sums_up_is_not_queued(void **state)
{
    struct job *job;

    (void)state;
    rig_begin("living.sqlite");
    job = explained_job(6, 6);
    overview_is_out(job);
    assert_true(begins(job));
    assert_int_equal(rig_due(LANE_OVERVIEW), 0);
    rig_end();
}

static void the_request_tells_each_slide_that_has_an_answer(void **state)
{
    struct job *job;
    json_t *request, *slide;
    char *text;

    (void)state;
    rig_begin("request.sqlite");
    job = explained_job(3, 3);
    job_slide_row(job, 2)->answer = strdup("no JSON");
    ledger_slide_update(rig.jobs.ledger, job->row.id, job_slide_row(job, 2));
    text = overview_request(rig.jobs.ledger, job);
    request = json_loads(text, 0, NULL);
    assert_int_equal(json_array_size(json_object_get(request, "slides")), 2);
    slide = json_array_get(json_object_get(request, "slides"), 1);
    assert_int_equal(json_integer_value(json_object_get(slide, "slide")), 3);
    assert_string_equal(json_string_value(json_object_get(slide, "title")), "T");
    assert_string_equal(json_string_value(json_object_get(slide, "summary")), "S");
    assert_int_equal(json_array_size(json_object_get(slide, "cards")), 6);
    json_decref(request);
    free(text);
    rig_end();
}

static void the_result_is_kept_and_counted_once(void **state)
{
    struct lease lease = {.key = "key", .told_input = 30, .told_output = 5, .told_calls = 1};
    struct known_answer known;
    struct wire result;
    struct job *job;

    (void)state;
    rig_begin("result.sqlite");
    job = explained_job(5, 5);
    begins(job);
    rig_message(&result, WIRE_OVERVIEWED, "{\"title\":\"L\"}");
    result.overviewed = (struct wire_overviewed){
        .engine = "openai", .model = "gpt-4o", .input_tokens = 100, .output_tokens = 20, .calls = 2};
    overview_on_result(&rig.jobs.cache, job, &lease, &result);
    wire_clear(&result);
    assert_int_equal(job->event, EVENT_SUMMED_UP);
    assert_false(job->overview_out);
    assert_string_equal(job->row.overview, "{\"title\":\"L\"}");
    assert_int_equal(job->row.input_tokens, 70);
    assert_int_equal(job->row.output_tokens, 15);
    assert_int_equal(job->row.calls, 1);
    assert_true(answer_cache_find(&rig.jobs.cache, "key", &known));
    known_answer_clear(&known);
    job->event = JOB_EVENTS;
    job_text(&job->row.overview, "");
    assert_true(overview_cached(&rig.jobs.cache, job, "key"));
    assert_string_equal(job->row.overview, "{\"title\":\"L\"}");
    assert_false(overview_cached(&rig.jobs.cache, job, "another key"));
    rig_end();
}

static void without_one_the_job_goes_on(void **state)
{
    const struct wire_failed failed = {.code = "MODEL_REFUSED", .detail = "no"};
    struct job *job;

    (void)state;
    rig_begin("failed.sqlite");
    job = explained_job(5, 5);
    begins(job);
    overview_on_failed(job, &failed);
    assert_int_equal(job->event, EVENT_SUMMED_UP);
    assert_string_equal(job->row.overview, "null");
    assert_string_equal(job->row.code, "");
    rig_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(five_slides_by_a_model_are_summed_up_once),
        cmocka_unit_test(switched_off_there_is_none),
        cmocka_unit_test(what_a_living_worker_sums_up_is_not_queued),
        cmocka_unit_test(the_request_tells_each_slide_that_has_an_answer),
        cmocka_unit_test(the_result_is_kept_and_counted_once),
        cmocka_unit_test(without_one_the_job_goes_on),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

/* test_estimate - what a lecture would cost */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "supervisor/job/estimate.h"
#include "tests/unit/job_rig.h"
#include "tests/unit/scratch.h"

static struct worker *vision;
static json_t *figures;

static json_int_t count(const char *name)
{
    return json_integer_value(json_object_get(json_object_get(figures, "slides"), name));
}

static void make(struct job *job, const struct worker *worker)
{
    estimate_make(&rig.jobs.cache, worker, job);
    assert_int_equal(job->event, EVENT_ESTIMATED);
    figures = json_loads(job->row.overview, 0, NULL);
    assert_non_null(figures);
}

/* Six pages: two to explain, one known, one blank, one a step, one that cannot be drawn. */
static struct job *begin(const char *name)
{
    struct job_row row = rig_row("lecture", "a.pdf");
    char key[BLOB_NAME];
    struct job *job;

    rig_begin(name);
    vision = rig_worker(rig.jobs.pool, STAGE_VISION, 4);
    row.estimate = true;
    job = rig_job(row, JOB_WORKING, 6);
    for (uint32_t i = 1; i <= 3; i++)
        rig_draw(job, i, "{}", (const char *[]){"", "one", "two", "three"}[i]);
    job_slide_row(job, 4)->outcome = OUTCOME_BLANK;
    job_slide_row(job, 5)->see_slide = 6;
    job_slide_row(job, 6)->outcome = OUTCOME_FAILED;
    answer_cache_slide_key(vision, job, 3, key);
    answer_cache_keep(&rig.jobs.cache, key, "{}", "openai", "gpt-4o");
    return job;
}

/* Two more pages, and it is summed up, which is one more call. */
static void a_lecture_that_is_summed_up_costs_one_more_call(void **state)
{
    static const bool on[] = {false, true};
    json_int_t tokens[2][2];
    char name[32];

    (void)state;
    for (int i = 0; i < 4; i++) {
        struct job *job;

        snprintf(name, sizeof name, "summed-%d.sqlite", i);
        job = begin(name);
        rig.service.conf->model_overview = on[i % 2];
        for (uint32_t slide = 4; slide <= 5 && i >= 2; slide++) {
            job_slide_row(job, slide)->outcome = OUTCOME_OPEN;
            job_slide_row(job, slide)->see_slide = 0;
        }
        make(job, vision);
        tokens[i / 2][i % 2] = json_integer_value(json_object_get(figures, "output_tokens"));
        json_decref(figures);
        rig_end();
    }
    assert_int_equal(tokens[0][0], tokens[0][1]);
    assert_true(tokens[1][0] < tokens[1][1]);
}

static void each_page_is_counted_as_it_would_be_treated(void **state)
{
    struct job *job = begin("counted.sqlite");
    double likely, most;

    (void)state;
    make(job, vision);
    assert_int_equal(json_integer_value(json_object_get(figures, "total_slides")), 6);
    assert_int_equal(count("explained"), 2);
    assert_int_equal(count("cached"), 1);
    assert_int_equal(count("blank"), 1);
    assert_int_equal(count("build_up"), 1);
    assert_int_equal(count("failed"), 1);
    assert_true(json_integer_value(json_object_get(figures, "input_tokens")) > 0);
    likely = json_number_value(json_object_get(figures, "cost_usd"));
    most = json_number_value(json_object_get(figures, "cost_usd_most"));
    assert_true(likely > 0 && most > likely);
    json_decref(figures);
    rig_end();
}

static void second_questions_are_counted_as_the_share_has_them(void **state)
{
    struct job *job = begin("second.sqlite");
    json_int_t input;
    double most;

    (void)state;
    make(job, vision);
    assert_int_equal(json_integer_value(json_object_get(figures, "second_questions")), 1);
    input = json_integer_value(json_object_get(figures, "input_tokens"));
    most = json_number_value(json_object_get(figures, "cost_usd_most"));
    json_decref(figures);
    rig.service.conf->model_retry_unsupported = 0;
    make(job, vision);
    assert_int_equal(json_integer_value(json_object_get(figures, "second_questions")), 0);
    assert_true(json_integer_value(json_object_get(figures, "input_tokens")) < input);
    assert_true(json_number_value(json_object_get(figures, "cost_usd_most")) < most);
    json_decref(figures);
    rig_end();
}

static void nothing_is_known_while_no_worker_is_there(void **state)
{
    struct job *job = begin("nobody.sqlite");

    (void)state;
    make(job, NULL);
    assert_int_equal(count("explained"), 3);
    assert_int_equal(count("cached"), 0);
    json_decref(figures);
    rig_end();
}

static void a_lecture_without_a_call_costs_nothing(void **state)
{
    struct job *job = begin("free.sqlite");

    (void)state;
    for (uint32_t i = 1; i <= 3; i++)
        job_slide_row(job, i)->outcome = OUTCOME_BLANK;
    make(job, vision);
    assert_int_equal(count("explained"), 0);
    assert_int_equal(json_integer_value(json_object_get(figures, "output_tokens")), 0);
    assert_true(json_number_value(json_object_get(figures, "cost_usd_most")) == 0);
    json_decref(figures);
    rig_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_page_is_counted_as_it_would_be_treated),
        cmocka_unit_test(a_lecture_that_is_summed_up_costs_one_more_call),
        cmocka_unit_test(second_questions_are_counted_as_the_share_has_them),
        cmocka_unit_test(nothing_is_known_while_no_worker_is_there),
        cmocka_unit_test(a_lecture_without_a_call_costs_nothing),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

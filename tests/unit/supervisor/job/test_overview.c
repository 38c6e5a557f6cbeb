/* test_overview - when a lecture is summed up, and what comes of it */
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
    }
    job->open = 0;
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
    overview_none(rig.jobs.ledger, job);
    assert_int_equal(job->event, EVENT_SLIDES_DONE);
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
    assert_int_equal(job->event, EVENT_SLIDES_DONE);
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
    overview_on_failed(rig.jobs.ledger, job, &failed);
    assert_int_equal(job->event, EVENT_SLIDES_DONE);
    assert_string_equal(job->row.overview, "null");
    assert_string_equal(job->row.code, "");
    rig_end();
}

/* ---- beside the slides ---- */

#define LAYER                                                                                                \
    "{\"width\":1365,\"height\":768,\"lines\":[{\"y\":300,\"h\":30,\"size\":30,\"text\":\"Paging maps "      \
    "pages to "                                                                                              \
    "frames.\"}]}"

/* A drawn job none of whose slides is answered, and a worker that asks the model. */
static struct job *drawn_job(const char *name, uint32_t pages)
{
    struct job *job;
    char picture[16];

    rig_begin(name);
    rig_worker(rig.jobs.pool, STAGE_VISION, 64);
    job = rig_job(rig_row("lecture", "a.pdf"), JOB_WORKING, pages);
    for (uint32_t i = 1; i <= pages; i++) {
        snprintf(picture, sizeof picture, "picture %u", i);
        rig_draw(job, i, LAYER, picture);
    }
    return job;
}

static size_t asked_beside(struct job *job)
{
    overview_beside(&rig.jobs, job);
    return rig_due(LANE_OVERVIEW);
}

static void it_is_asked_beside_the_slides(void **state)
{
    struct job *job = drawn_job("beside.sqlite", 6);

    (void)state;
    assert_int_equal(asked_beside(job), 1);
    assert_int_equal(asked_beside(job), 1); /* once */
    assert_true(job->overview_out);
    rig_end();
}

/* Each makes the job one that is not asked about beside its slides. */
static void estimated(struct job *job)
{
    job->row.estimate = true;
}
static void economical(struct job *job)
{
    job->row.economy = true;
}
static void checked(struct job *job)
{
    job->checking = true;
}
static void summed_up(struct job *job)
{
    job_text(&job->row.overview, "null");
}
static void put_off_before(struct job *job)
{
    job->overview_late = true;
}
static void fetched_again(struct job *job)
{
    job->row.state = JOB_FETCHING;
}
static void lost(struct job *job)
{
    job_raise(job, EVENT_LOST);
}
static void done(struct job *job)
{
    job->open = 0; /* the job machine asks then */
}
static void not_drawn(struct job *job)
{
    job_slide_row(job, 3)->text[0] = '\0';
}
static void switched_off(struct job *job)
{
    (void)job;
    rig.service.conf->model_overview = false;
}
static void waiting_for_calls(struct job *job)
{
    lanes_add(rig.jobs.lanes, job_work(job, LANE_EXPLAIN, 2), 0);
}
static void waiting_for_money(struct job *job)
{
    lanes_add(rig.jobs.lanes, job_work(job, LANE_EXPLAIN, 2), 5000);
}

static void there_are_jobs_that_it_is_not_asked_for_beside_their_slides(void **state)
{
    static void (*const make[])(struct job *) = {
        estimated, economical, checked,   summed_up,    put_off_before,    fetched_again,
        lost,      done,       not_drawn, switched_off, waiting_for_calls, waiting_for_money};
    char name[32];

    (void)state;
    for (size_t i = 0; i < sizeof make / sizeof *make; i++) {
        struct job *job;

        snprintf(name, sizeof name, "not-%zu.sqlite", i);
        job = drawn_job(name, 6);
        make[i](job);
        assert_int_equal(asked_beside(job), 0);
        rig_end();
    }
}

static void without_a_model_nobody_is_asked(void **state)
{
    struct job *job;

    (void)state;
    rig_begin("engine.sqlite");
    rig_engine(rig.jobs.pool, "offline");
    job = rig_job(rig_row("lecture", "a.pdf"), JOB_WORKING, 6);
    for (uint32_t i = 1; i <= 6; i++)
        rig_draw(job, i, LAYER, "picture");
    assert_int_equal(asked_beside(job), 0);
    overview_is_out(job);
    overview_without_model(rig.jobs.ledger, job); /* it was to be asked of another */
    assert_false(job->overview_out);
    assert_string_equal(job->row.overview, "");
    job->open = 0;
    overview_without_model(rig.jobs.ledger, job);
    assert_string_equal(job->row.overview, "null");
    rig_end();
}

/* So many calls under way that one more takes nothing from the slides; but not where money is limited. */
static void it_goes_before_slides_where_there_is_room(void **state)
{
    struct job *job = drawn_job("room.sqlite", 12);

    (void)state;
    for (uint32_t i = 1; i <= 12; i++)
        lanes_add(rig.jobs.lanes, job_work(job, LANE_EXPLAIN, i), 0);
    for (uint32_t i = 1; i <= 8; i++) {
        const struct lease lease = {.id = i, .work = job_work(job, LANE_EXPLAIN, i)};

        assert_int_equal(asked_beside(job), 0);
        admission_lease(rig.jobs.admissions, worker_pool_ready(rig.jobs.pool, STAGE_VISION), &lease,
                        &job->row, job_slide_row(job, i), 4000);
    }
    conf_set(&rig.service.conf->budget_day_usd, "5");
    assert_int_equal(asked_beside(job), 0);
    conf_set(&rig.service.conf->budget_day_usd, "");
    assert_int_equal(asked_beside(job), 1);
    rig_end();
}

static void what_comes_beside_the_slides_waits_for_them(void **state)
{
    const struct lease lease = {.key = "key"};
    struct wire result;
    struct job_row read;
    struct job *job = drawn_job("waits.sqlite", 6);

    (void)state;
    asked_beside(job);
    rig_message(&result, WIRE_OVERVIEWED, "{\"title\":\"L\"}");
    result.overviewed = (struct wire_overviewed){.engine = "openai", .model = "gpt-4o"};
    overview_on_result(&rig.jobs.cache, job, &lease, &result);
    wire_clear(&result);
    assert_int_equal(job->event, JOB_EVENTS);
    assert_false(job->overview_out);
    assert_true(ledger_job_read(rig.jobs.ledger, job->row.id, &read)); /* whatever becomes of us */
    assert_string_equal(read.overview, "{\"title\":\"L\"}");
    job_row_clear(&read);
    job->open = 0;
    assert_false(begins(job));
    rig_end();
}

static void what_fails_for_now_beside_the_slides_is_asked_after_them(void **state)
{
    const struct wire_failed failed = {.code = "MODEL_ERROR", .detail = "no", .retryable = true};
    struct job *job = drawn_job("after.sqlite", 6);

    (void)state;
    asked_beside(job);
    lanes_drop(rig.jobs.lanes, job->row.id);
    overview_on_failed(rig.jobs.ledger, job, &failed);
    assert_string_equal(job->row.overview, "");
    assert_int_equal(asked_beside(job), 0);
    for (uint32_t i = 1; i <= 6; i++) {
        job_slide_row(job, i)->outcome = OUTCOME_EXPLAINED;
        job_text(&job_slide_row(job, i)->engine, "openai");
        job_set_busy(job, i, false);
    }
    job->open = 0;
    assert_true(begins(job));
    overview_on_failed(rig.jobs.ledger, job, &failed);
    assert_string_equal(job->row.overview, "null");
    assert_int_equal(job->event, EVENT_SLIDES_DONE);
    rig_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(five_slides_by_a_model_are_summed_up_once),
        cmocka_unit_test(switched_off_there_is_none),
        cmocka_unit_test(what_a_living_worker_sums_up_is_not_queued),
        cmocka_unit_test(the_result_is_kept_and_counted_once),
        cmocka_unit_test(without_one_the_job_goes_on),
        cmocka_unit_test(it_is_asked_beside_the_slides),
        cmocka_unit_test(there_are_jobs_that_it_is_not_asked_for_beside_their_slides),
        cmocka_unit_test(without_a_model_nobody_is_asked),
        cmocka_unit_test(it_goes_before_slides_where_there_is_room),
        cmocka_unit_test(what_comes_beside_the_slides_waits_for_them),
        cmocka_unit_test(what_fails_for_now_beside_the_slides_is_asked_after_them),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

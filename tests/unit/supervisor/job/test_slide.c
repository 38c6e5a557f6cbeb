/* test_slide - what results, failures and deaths mean for one slide */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "supervisor/job/slide.h"
#include "tests/unit/job_rig.h"
#include "tests/unit/scratch.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const char layer[] = "{\"width\":100,\"height\":90,\"lines\":[]}",
                  step[] = "{\"step\":1,\"lines\":[]}";
static struct worker *worker;

static struct job *begin(const char *name, uint32_t pages)
{
    rig_begin(name);
    worker = rig_worker(rig.jobs.pool, STAGE_VISION, 4);
    return rig_job(rig_row("lecture", "a.pdf"), JOB_WORKING, pages);
}

/* The slide's page has been drawn, and its bytes are on the disk. */
static void rastered(struct job *job, uint32_t number, const char *text, const char *picture,
                     struct wire_rastered rastered)
{
    struct lease *lease = rig_lease(worker, job, LANE_RASTER, number);
    struct blob_write kept = {0};

    rig_message(&kept.message, WIRE_RASTERED, text);
    rig_blob(text, kept.names[0]);
    if (picture != NULL) {
        wire_add_copy(&kept.message, "", 0);
        rig_blob(picture, kept.names[1]);
    }
    rastered.detail = rastered.detail == NULL ? "" : rastered.detail;
    kept.message.rastered = rastered;
    slide_on_rastered(&rig.jobs.slides, job, lease, &kept);
    wire_clear(&kept.message);
}

static void explained(struct job *job, uint32_t number)
{
    struct lease *lease = rig_lease(worker, job, LANE_EXPLAIN, number);
    struct wire result;

    rig_message(&result, WIRE_EXPLAINED, "{\"title\":\"T\"}");
    snprintf(lease->key, sizeof lease->key, "key-%u", number);
    lease->told_calls = 1;
    lease->told_input = 100;
    result.explained = (struct wire_explained){.engine = "openai",
                                               .model = "gpt-4o",
                                               .outcome = OUTCOME_EXPLAINED,
                                               .calls = 2,
                                               .input_tokens = 300,
                                               .output_tokens = 50};
    slide_on_explained(&rig.jobs.slides, job, lease, &result);
    wire_clear(&result);
}

static void failed(struct job *job, uint32_t number, enum lane_id lane, struct wire_failed failed)
{
    struct lease *lease = rig_lease(worker, job, lane, number);
    struct wire result;

    wire_init(&result, WIRE_FAILED);
    failed.detail = failed.detail == NULL ? "" : failed.detail;
    result.failed = failed;
    slide_on_failed(&rig.jobs.slides, job, lease, &result);
    wire_clear(&result);
}

static void each_slide_is_queued_for_what_it_needs(void **state)
{
    struct job *job = begin("work.sqlite", 3);

    (void)state;
    rig_draw(job, 1, layer, "one");
    job_set_busy(job, 1, false);
    job_slide_row(job, 2)->outcome = OUTCOME_FAILED;
    slides_work(&rig.jobs.slides, job);
    assert_int_equal(rig_due(LANE_RASTER), 1); /* 3; 2 stays failed */
    assert_int_equal(rig_due(LANE_EXPLAIN), 1);
    assert_int_equal(job->busy_count, 2);
    slides_work(&rig.jobs.slides, job);
    assert_int_equal(rig_due(LANE_RASTER) + rig_due(LANE_EXPLAIN), 2); /* nothing twice */
    rig_end();
}

static void a_drawn_slide_waits_for_the_next(void **state)
{
    struct job *job = begin("next.sqlite", 2);

    (void)state;
    slides_work(&rig.jobs.slides, job);
    rastered(job, 1, layer, "one", (struct wire_rastered){.letters = 9, .ink_ppm = 90000});
    assert_int_equal(rig_due(LANE_EXPLAIN), 0);
    rastered(job, 2, layer, "two", (struct wire_rastered){.letters = 9, .ink_ppm = 90000});
    assert_int_equal(rig_due(LANE_EXPLAIN), 2);
    rig_end();
}

/* The question about it tells the titles of both. */
static void a_drawn_slide_waits_for_the_one_before(void **state)
{
    struct job *job = begin("before.sqlite", 4);

    (void)state;
    slides_work(&rig.jobs.slides, job);
    for (uint32_t number = 4; number > 1; number--)
        rastered(job, number, layer, "one", (struct wire_rastered){.letters = 9, .ink_ppm = 90000});
    assert_int_equal(rig_due(LANE_EXPLAIN), 2);
    slide_skip(&rig.jobs.slides, job, 1, CODE_RENDER_ERROR);
    assert_int_equal(rig_due(LANE_EXPLAIN), 3);
    rig_end();

    job = begin("before-blank.sqlite", 2);
    slides_work(&rig.jobs.slides, job);
    rastered(job, 2, layer, "two", (struct wire_rastered){.letters = 9, .ink_ppm = 90000});
    rastered(job, 1, "{}", "one", (struct wire_rastered){.letters = 0, .ink_ppm = 0});
    assert_int_equal(job_slide_row(job, 1)->outcome, OUTCOME_BLANK);
    assert_int_equal(rig_due(LANE_EXPLAIN), 1);
    rig_end();
}

static void a_step_is_skipped_for_the_page_it_leads_to(void **state)
{
    struct job *job = begin("step.sqlite", 2);

    (void)state;
    slides_work(&rig.jobs.slides, job);
    rastered(job, 1, step, "one", (struct wire_rastered){.letters = 9, .ink_ppm = 90000});
    rastered(job, 2, layer, "two", (struct wire_rastered){.letters = 9, .ink_ppm = 90000});
    assert_int_equal(job_slide_row(job, 1)->outcome, OUTCOME_SKIPPED);
    assert_int_equal(job_slide_row(job, 1)->see_slide, 2);
    assert_string_equal(job_slide_row(job, 1)->code, "BUILD_UP");
    assert_int_equal(rig_due(LANE_EXPLAIN), 1);
    rig_end();
}

static void what_needs_no_model_ends_when_it_is_drawn(void **state)
{
    static const struct {
        const char *sentence;
        const char *picture;
        struct wire_rastered rastered;
        enum outcome outcome;
    } rows[] = {
        {"a blank page", "white", {.letters = 0, .ink_ppm = 10}, OUTCOME_BLANK},
        {"a page that cannot be drawn", NULL, {.degraded = true, .detail = "no font"}, OUTCOME_TEXT_ONLY},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct job *job = begin(i == 0 ? "blank.sqlite" : "undrawn.sqlite", 1);

        slides_work(&rig.jobs.slides, job);
        rastered(job, 1, layer, rows[i].picture, rows[i].rastered);
        if (job_slide_row(job, 1)->outcome != rows[i].outcome || job->event != EVENT_SLIDES_DONE)
            fail_msg("%s", rows[i].sentence);
        assert_int_equal(job_list_counts(rig.jobs.list)->slides[rows[i].outcome], 1);
        rig_end();
    }
}

static void the_answer_is_kept_and_the_job_hears_of_the_last(void **state)
{
    struct job *job = begin("answer.sqlite", 2);
    struct known_answer known;

    (void)state;
    rig_draw(job, 1, layer, "one");
    rig_draw(job, 2, layer, "two");
    explained(job, 1);
    assert_int_equal(job->event, JOB_EVENTS);
    assert_int_equal(job_slide_row(job, 1)->outcome, OUTCOME_EXPLAINED);
    assert_int_equal(job_slide_row(job, 1)->input_tokens, 200); /* the rest was told while it was made */
    assert_int_equal(job_slide_row(job, 1)->calls, 1);
    assert_false(job_busy(job, 1));
    assert_true(answer_cache_find(&rig.jobs.cache, "key-1", &known));
    known_answer_clear(&known);
    explained(job, 2);
    assert_int_equal(job->event, EVENT_SLIDES_DONE);
    rig_end();
}

/* Whether anything is to be summed up yet is the overview's to say. */
static void slides_are_done_whether_the_overview_is_or_not(void **state)
{
    struct job *job = begin("done.sqlite", 1);

    (void)state;
    job_slide_row(job, 1)->outcome = OUTCOME_EXPLAINED;
    job->open = 0;
    job->overview_out = true;
    slides_work(&rig.jobs.slides, job);
    assert_int_equal(job->event, EVENT_SLIDES_DONE);
    rig_end();
}

static void a_known_answer_costs_nothing(void **state)
{
    struct job *job = begin("known.sqlite", 1);

    (void)state;
    rig_draw(job, 1, layer, "one");
    assert_false(slide_find_answer(&rig.jobs.slides, job, 1, "key"));
    answer_cache_keep(&rig.jobs.cache, "key", "{}", "openai", "gpt-4o");
    assert_true(slide_find_answer(&rig.jobs.slides, job, 1, "key"));
    assert_int_equal(job_slide_row(job, 1)->outcome, OUTCOME_CACHED);
    assert_int_equal(job_slide_row(job, 1)->calls, 0);
    rig_end();
}

/* Of one slide alone nobody knows whether it is an outage: it waits, and is charged once others got through.
 */
static void a_failure_for_now_is_tried_again(void **state)
{
    const struct wire_failed busy = {.code = "MODEL_UNAVAILABLE", .retryable = true};
    struct job *job = begin("now.sqlite", 1);

    (void)state;
    rig_draw(job, 1, layer, "one");
    job_slide_row(job, 1)->attempt = 1;
    failed(job, 1, LANE_EXPLAIN, busy);
    assert_int_equal(job_slide_row(job, 1)->outcome, OUTCOME_OPEN);
    assert_int_equal(job_slide_row(job, 1)->attempt, 0); /* nobody's fault */
    assert_int_equal(rig_later(LANE_EXPLAIN), 1);
    rig.schedule.breakers[LANE_EXPLAIN] =
        (struct breaker){.heard = true, .success_ms = rig.service.now_ms + 1};
    failed(job, 1, LANE_EXPLAIN, busy);
    failed(job, 1, LANE_EXPLAIN, busy);
    assert_int_equal(job_slide_row(job, 1)->outcome, OUTCOME_OPEN);
    failed(job, 1, LANE_EXPLAIN, busy); /* the third that is charged */
    assert_int_equal(job_slide_row(job, 1)->outcome, OUTCOME_FAILED);
    assert_string_equal(job_slide_row(job, 1)->code, "MODEL_UNAVAILABLE");
    rig_end();
}

static void a_failure_for_good_is_the_slides_or_the_jobs(void **state)
{
    static const struct {
        const char *code, *slide, *job;
    } rows[] = {{"MODEL_REFUSED", "MODEL_REFUSED", ""},
                {"MODEL_AUTH", "", "MODEL_AUTH"},
                {"no such code", "INTERNAL", ""}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct job *job = begin((const char *[]){"a.sqlite", "b.sqlite", "c.sqlite"}[i], 2);

        rig_draw(job, 1, layer, "one");
        failed(job, 1, LANE_EXPLAIN, (struct wire_failed){.code = rows[i].code});
        assert_string_equal(job_slide_row(job, 1)->code, rows[i].slide);
        assert_string_equal(job->row.code, rows[i].job);
        assert_int_equal(job->event, *rows[i].job == '\0' ? JOB_EVENTS : EVENT_BROKEN);
        rig_end();
    }
}

static void three_deaths_are_enough(void **state)
{
    struct job *job = begin("deaths.sqlite", 1);
    struct lease *lease;

    (void)state;
    rig_draw(job, 1, layer, "one");
    lease = rig_lease(worker, job, LANE_EXPLAIN, 1);
    slide_on_death(&rig.jobs.slides, job, lease, true, false);
    slide_on_death(&rig.jobs.slides, job, lease, false, false);
    slide_on_death(&rig.jobs.slides, job, lease, true, false);
    assert_int_equal(rig_due(LANE_EXPLAIN), 3);
    assert_int_equal(job_slide_row(job, 1)->outcome, OUTCOME_OPEN);
    slide_on_death(&rig.jobs.slides, job, lease, true, true);
    assert_string_equal(job_slide_row(job, 1)->code, "SLIDE_TIMEOUT");
    assert_int_equal(job->event, EVENT_SLIDES_DONE);
    rig_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_slide_is_queued_for_what_it_needs),
        cmocka_unit_test(a_drawn_slide_waits_for_the_next),
        cmocka_unit_test(a_drawn_slide_waits_for_the_one_before),
        cmocka_unit_test(a_step_is_skipped_for_the_page_it_leads_to),
        cmocka_unit_test(what_needs_no_model_ends_when_it_is_drawn),
        cmocka_unit_test(the_answer_is_kept_and_the_job_hears_of_the_last),
        cmocka_unit_test(slides_are_done_whether_the_overview_is_or_not),
        cmocka_unit_test(a_known_answer_costs_nothing),
        cmocka_unit_test(a_failure_for_now_is_tried_again),
        cmocka_unit_test(a_failure_for_good_is_the_slides_or_the_jobs),
        cmocka_unit_test(three_deaths_are_enough),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

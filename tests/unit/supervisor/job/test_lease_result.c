/* test_lease_result - whether a result counts, and what a lost one costs */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "supervisor/job/job_machine.h"
#include "supervisor/job/lane_result.h"
#include "supervisor/job/lease_result.h"
#include "supervisor/job/overview.h"
#include "tests/unit/job_rig.h"
#include "tests/unit/scratch.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static struct worker *worker;

static struct job *begin(const char *name, enum stage_kind kind, enum job_state state, uint32_t pages)
{
    rig_begin(name);
    worker = rig_worker(rig.jobs.pool, kind, 4);
    return rig_job(rig_row("lecture", "a.pdf"), state, pages);
}

static void explained(uint64_t lease, const char *bytes)
{
    struct wire result;

    rig_message(&result, WIRE_EXPLAINED, bytes);
    result.explained = (struct wire_explained){
        .lease = lease, .engine = "openai", .model = "gpt-4o", .outcome = OUTCOME_EXPLAINED};
    lease_result_take(&rig.jobs, worker, &result);
    wire_clear(&result);
}

static bool is_known(const char *key)
{
    struct known_answer known;
    bool found = answer_cache_find(&rig.jobs.cache, key, &known);

    known_answer_clear(&known);
    return found;
}

static struct lease *ask(struct job *job, uint32_t slide, const char *key)
{
    struct lease *lease = rig_lease(worker, job, LANE_EXPLAIN, slide);

    snprintf(lease->key, sizeof lease->key, "%s", key);
    return lease;
}

static void an_answer_ends_its_slide_and_lets_its_twins_go(void **state)
{
    struct job *job = begin("answer.sqlite", STAGE_VISION, JOB_WORKING, 2);
    struct lease *lease;

    (void)state;
    rig_draw(job, 1, "{}", "one");
    rig_draw(job, 2, "{}", "one");
    lease = ask(job, 1, "key");
    in_flight_lead(rig.jobs.in_flight, &(struct asker){.key = "key", .work = lease->work}, 1);
    in_flight_lead(rig.jobs.in_flight, &(struct asker){.key = "key", .work = job_work(job, LANE_EXPLAIN, 2)},
                   1);
    explained(lease->id, "{\"title\":\"T\"}");
    assert_int_equal(job_slide_row(job, 1)->outcome, OUTCOME_EXPLAINED);
    assert_int_equal(worker_held(worker), 0);
    assert_int_equal(rig_due(LANE_EXPLAIN), 1);
    assert_int_equal(worker_unsent(worker, 0)->type, WIRE_ACK);
    assert_int_equal(rig.schedule.settled[LANE_EXPLAIN], 1);
    rig_end();
}

static void summed_up(uint64_t lease)
{
    struct wire result;

    rig_message(&result, WIRE_OVERVIEWED, "{\"title\":\"L\"}");
    result.overviewed = (struct wire_overviewed){.lease = lease, .engine = "openai", .model = "gpt-4o"};
    lease_result_take(&rig.jobs, worker, &result);
    wire_clear(&result);
}

/* It is made beside the slides, and one of them may just have been the last, or have lost its document. */
static void an_overview_is_taken_whatever_has_happened(void **state)
{
    static const struct {
        enum job_state in;
        enum job_event event;
    } rows[] = {{JOB_WORKING, JOB_EVENTS},
                {JOB_WORKING, EVENT_SLIDES_DONE},
                {JOB_WORKING, EVENT_LOST},
                {JOB_FETCHING, JOB_EVENTS}};
    char name[32];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct job *job;

        snprintf(name, sizeof name, "whatever-%zu.sqlite", i);
        job = begin(name, STAGE_VISION, rows[i].in, 2);
        job->overview_out = true;
        job->event = rows[i].event;
        summed_up(rig_lease(worker, job, LANE_OVERVIEW, 0)->id);
        assert_string_equal(job->row.overview, "{\"title\":\"L\"}");
        assert_false(job->overview_out);
        assert_int_equal(job->event, rows[i].event);
        rig_end();
    }
}

static void an_overview_that_nobody_waits_for_is_remembered(void **state)
{
    struct job *job = begin("late.sqlite", STAGE_VISION, JOB_WORKING, 1);
    struct attempt_row row = {.lease = 4711, .job = 1, .answers = "of a void lease"};
    struct lease *lease = rig_lease(worker, job, LANE_OVERVIEW, 0);

    (void)state;
    snprintf(lease->key, sizeof lease->key, "not out");
    for (int i = 0; i < 2; i++)
        in_flight_lead(rig.jobs.in_flight, &(struct asker){.key = "not out", .work = lease->work}, 1);
    summed_up(lease->id);
    assert_true(is_known("not out"));
    assert_int_equal(rig_due(LANE_OVERVIEW), 1); /* who waited for it finds it */
    ledger_attempt_add(rig.jobs.ledger, &row, "overview", "vision-0");
    summed_up(4711);
    assert_true(is_known("of a void lease"));
    assert_string_equal(job->row.overview, "");
    rig_end();
}

/* Equal lectures are not asked about one after the other because the first got nothing. */
static void a_verdict_on_an_overview_is_shared_if_it_is_about_the_lecture(void **state)
{
    static const struct {
        const char *code, *budget;
        bool shared;
    } rows[] = {{"MODEL_REFUSED", "", true},
                {"MODEL_REFUSED", "9", true},
                {"MODEL_UNAVAILABLE", "", true},
                {"MODEL_TRUNCATED", "", true},
                {"MODEL_CONTEXT", "", true},
                {"MODEL_TRUNCATED", "9", false}, /* it may be the money that was short */
                {"MODEL_CONTEXT", "9", false},
                {"BUDGET_JOB", "9", false},
                {"BUDGET_KEY", "9", false},
                {"BUDGET_DAY", "9", false},
                {"INTERNAL", "", false}}; /* its job has ended, and the call was cancelled */
    char name[32];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct wire_failed failed = {.code = rows[i].code, .detail = "no"};
        struct lease *lease;
        struct job *job;

        snprintf(name, sizeof name, "verdict-%zu.sqlite", i);
        job = begin(name, STAGE_VISION, JOB_WORKING, 1);
        conf_set(&rig.service.conf->budget_job_usd, rows[i].budget);
        lease = rig_lease(worker, job, LANE_OVERVIEW, 0);
        snprintf(lease->key, sizeof lease->key, "key");
        job->overview_out = true;
        for (int k = 0; k < 2; k++)
            in_flight_lead(rig.jobs.in_flight, &(struct asker){.key = "key", .work = lease->work}, 1);
        overview_ended(&rig.jobs, lease, &failed);
        assert_int_equal(job->overview_out, !rows[i].shared);
        assert_int_equal(rig_due(LANE_OVERVIEW), !rows[i].shared);
        assert_string_equal(job->row.overview, rows[i].shared ? "null" : "");
        rig_end();
    }
}

static void an_answer_that_nobody_waits_for_is_remembered(void **state)
{
    struct job *job = begin("remembered.sqlite", STAGE_VISION, JOB_WORKING, 1);
    struct attempt_row row = {.lease = 4711, .job = 1, .slide = 1, .answers = "of a void lease"};

    (void)state;
    explained(ask(job, 1, "not busy")->id, "{}"); /* the slide waits for nothing */
    assert_true(is_known("not busy"));
    ledger_attempt_add(rig.jobs.ledger, &row, "explain", "vision-0");
    explained(4711, "{}");
    assert_true(is_known("of a void lease"));
    explained(4712, "{}"); /* nobody knows that lease */
    explained(4711, "garbage");
    assert_int_equal(job_slide_row(job, 1)->outcome, OUTCOME_OPEN);
    rig_end();
}

/* Its lease comes back with its death. */
static void a_worker_that_answers_something_else_is_killed(void **state)
{
    static const char *const answers[] = {"", "{", "[]", "\"text\"", "\xff\xfe"};

    (void)state;
    for (size_t i = 0; i < COUNT(answers); i++) {
        struct job *job = begin((const char *[]){"0", "1", "2", "3", "4"}[i], STAGE_VISION, JOB_WORKING, 1);

        rig_draw(job, 1, "{}", "one");
        explained(ask(job, 1, "key")->id, answers[i]);
        assert_true(worker_is_killed(worker));
        assert_int_equal(worker_death(worker), DEATH_GARBLED);
        assert_int_equal(worker_held(worker), 1);
        assert_int_equal(job_slide_row(job, 1)->outcome, OUTCOME_OPEN);
        assert_false(is_known("key"));
        rig_end();
    }
}

static void a_result_of_another_lane_is_none(void **state)
{
    struct job *job = begin("lane.sqlite", STAGE_RASTERIZER, JOB_INSPECTING, 0);
    struct wire result;

    (void)state;
    rig_message(&result, WIRE_RASTERED, "{}");
    result.rastered =
        (struct wire_rastered){.lease = rig_lease(worker, job, LANE_INSPECT, 0)->id, .detail = ""};
    lease_result_take(&rig.jobs, worker, &result);
    wire_clear(&result);
    assert_true(worker_is_killed(worker));
    assert_int_equal(job->event, JOB_EVENTS);
    rig_end();
}

static void inspected(struct job *job, uint32_t pages)
{
    struct wire result;

    wire_init(&result, WIRE_INSPECTED);
    result.inspected = (struct wire_inspected){
        .lease = rig_lease(worker, job, LANE_INSPECT, 0)->id, .pages = pages, .title = "T", .outline = ""};
    lease_result_take(&rig.jobs, worker, &result);
    wire_clear(&result);
}

static void the_pages_of_a_document_are_bounded(void **state)
{
    static const struct {
        uint32_t pages;
        enum job_event event;
        const char *code;
    } rows[] = {{0, EVENT_BROKEN, "PDF_EMPTY"}, {2, EVENT_INSPECTED, ""}, {3, EVENT_BROKEN, "PDF_TOO_LARGE"}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct job *job = begin((const char *[]){"p0", "p1", "p2"}[i], STAGE_RASTERIZER, JOB_INSPECTING, 0);

        rig.service.conf->limit_pages = 2;
        inspected(job, rows[i].pages);
        assert_int_equal(job->event, rows[i].event);
        assert_string_equal(job->row.code, rows[i].code);
        assert_int_equal(job->open, rows[i].event == EVENT_INSPECTED ? 2 : 0);
        rig_end();
    }
}

static void kept_result(struct job *job, const struct lease *lease, struct blob_write *kept)
{
    lane_result(&(struct settled){&rig.jobs, job, lease, &kept->message, kept});
}

static void bytes_that_could_not_be_kept_are_made_again(void **state)
{
    struct blob_write kept = {.error = 28};
    struct job *job = begin("full.sqlite", STAGE_RASTERIZER, JOB_WORKING, 2);

    (void)state;
    job_set_busy(job, 1, true);
    kept_result(job, rig_lease(worker, job, LANE_RASTER, 1), &kept);
    assert_int_equal(rig_later(LANE_RASTER), 1);
    assert_int_equal(lanes_turn(rig.jobs.lanes, 1000), 6000);
    kept_result(job, rig_lease(worker, job, LANE_RASTER, 2), &kept); /* nobody waits for it */
    kept_result(job, rig_lease(worker, job, LANE_FETCH, 0), &kept);  /* nor for that */
    assert_int_equal(rig_later(LANE_RASTER), 1);
    assert_int_equal(rig_later(LANE_FETCH), 0);
    rig_end();
}

static void another_object_under_the_same_name_ends_the_job(void **state)
{
    struct job *job = begin("changed.sqlite", STAGE_COURIER, JOB_FETCHING, 3);
    struct blob_write kept = {0};
    char before[SHA_ROOM];

    (void)state;
    rig_blob("a PDF", before);
    job_text(&job->row.document, before);
    rig_blob("another PDF", kept.names[0]);
    kept_result(job, rig_lease(worker, job, LANE_FETCH, 0), &kept);
    assert_string_equal(job->row.code, "S3_ERROR");
    job->event = JOB_EVENTS;
    job->row.pages = 0; /* it had not been inspected yet: the new one counts */
    kept_result(job, rig_lease(worker, job, LANE_FETCH, 0), &kept);
    assert_int_equal(job->event, EVENT_FETCHED);
    assert_string_equal(job->row.document, kept.names[0]);
    job->row.pages = 3; /* as many as it is to free */
    rig_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_ends_its_slide_and_lets_its_twins_go),
        cmocka_unit_test(an_answer_that_nobody_waits_for_is_remembered),
        cmocka_unit_test(an_overview_is_taken_whatever_has_happened),
        cmocka_unit_test(an_overview_that_nobody_waits_for_is_remembered),
        cmocka_unit_test(a_verdict_on_an_overview_is_shared_if_it_is_about_the_lecture),
        cmocka_unit_test(a_worker_that_answers_something_else_is_killed),
        cmocka_unit_test(a_result_of_another_lane_is_none),
        cmocka_unit_test(the_pages_of_a_document_are_bounded),
        cmocka_unit_test(bytes_that_could_not_be_kept_are_made_again),
        cmocka_unit_test(another_object_under_the_same_name_ends_the_job),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

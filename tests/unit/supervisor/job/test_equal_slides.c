/* test_equal_slides - what becomes of those that wait for an equal slide when that one fails */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "supervisor/job/equal_slides.h"
#include "supervisor/job/failure.h"
#include "supervisor/job/lease_result.h"
#include "supervisor/schedule/dispatch.h"
#include "tests/unit/job_rig.h"
#include "tests/unit/scratch.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const char page[] = "{\"width\":100,\"height\":90,\"lines\":[]}";
static struct worker *worker;

/* A job with one slide, drawn, which nothing is queued for. */
static struct job *job_of(const char *name)
{
    struct job *job = rig_job(rig_row(name, "a.pdf"), JOB_WORKING, 1);

    rig_draw(job, 1, page, "picture");
    return job;
}

/* The first job's slide is asked about; the lease is the worker's. */
static struct lease *lead(const struct job *job, const char *question)
{
    struct lease *lease = rig_lease(worker, job, LANE_EXPLAIN, 1);
    struct asker asker = {.key = "key", .work = lease->work};

    snprintf(lease->key, sizeof lease->key, "key");
    snprintf(lease->question, sizeof lease->question, "%s", question);
    assert_true(in_flight_lead(rig.jobs.in_flight, &asker, 1));
    return lease;
}

static void await(const struct job *job, const char *question)
{
    struct asker asker = {.key = "key", .work = job_work(job, LANE_EXPLAIN, 1)};

    snprintf(asker.question, sizeof asker.question, "%s", question);
    assert_false(in_flight_lead(rig.jobs.in_flight, &asker, 1));
}

static void say_failed(const struct lease *lease, enum code code, bool retryable, const char *reading)
{
    struct wire failed;

    wire_init(&failed, WIRE_FAILED);
    if (reading != NULL)
        wire_add_copy(&failed, reading, strlen(reading));
    failed.failed = (struct wire_failed){
        .lease = lease->id, .code = code_name(code), .retryable = retryable, .detail = "because"};
    lease_result_take(&rig.jobs, worker, &failed);
    wire_clear(&failed);
}

static void a_verdict_about_the_slide_is_shared_by_those_who_asked_the_same(void **state)
{
    enum { SHARED, ITSELF, ITSELF_BESIDE };
    static const struct {
        enum code code;
        bool retryable, budget;
        const char *question;
        int then;
    } rows[] = {
        {CODE_MODEL_REFUSED, false, false, "q", SHARED},
        {CODE_MODEL_FILTERED, false, true, "q", SHARED},
        {CODE_MODEL_REJECTED, false, false, "q", SHARED},
        {CODE_MODEL_BAD_ANSWER, false, false, "q", SHARED},
        {CODE_MODEL_BLIND, false, false, "q", SHARED},
        {CODE_MODEL_TRUNCATED, false, false, "q", SHARED},
        {CODE_MODEL_TRUNCATED, false, true, "q", ITSELF_BESIDE}, /* it may be the money that was short */
        {CODE_MODEL_CONTEXT, false, true, "q", ITSELF_BESIDE},
        {CODE_MODEL_REFUSED, false, false, "another lecture", ITSELF_BESIDE},
        {CODE_MODEL_REFUSED, false, false, "", ITSELF_BESIDE},
        {CODE_MODEL_BAD_ANSWER, true, false, "q", ITSELF_BESIDE}, /* it ran out of time */
        {CODE_BUDGET_JOB, false, true, "q", ITSELF_BESIDE},
        {CODE_BUDGET_DAY, false, true, "q", ITSELF_BESIDE},
        {CODE_MODEL_UNAVAILABLE, false, false, "q", ITSELF_BESIDE},
        {CODE_MODEL_UNAVAILABLE, true, false, "q", ITSELF}, /* an outage, perhaps */
        {CODE_MODEL_AUTH, false, false, "q", ITSELF},       /* its job fails */
        {CODE_INTERNAL, true, false, "q", ITSELF},          /* it was cancelled */
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char name[32];
        const struct lease *lease;
        struct job *second;

        snprintf(name, sizeof name, "row-%zu.sqlite", i);
        rig_begin(name);
        conf_set(&rig.service.conf->budget_job_usd, rows[i].budget ? "1" : "");
        worker = rig_worker(rig.jobs.pool, STAGE_VISION, 4);
        lease = lead(job_of("first"), rows[i].question);
        second = job_of("second");
        await(second, *rows[i].question == '\0' ? "" : "q");
        say_failed(lease, rows[i].code, rows[i].retryable, NULL);
        assert_int_equal(job_slide_row(second, 1)->outcome,
                         rows[i].then == SHARED ? OUTCOME_FAILED : OUTCOME_OPEN);
        if (rows[i].then == SHARED)
            assert_string_equal(job_slide_row(second, 1)->code, code_name(rows[i].code));
        assert_int_equal(rig_due(LANE_EXPLAIN), rows[i].then != SHARED);
        assert_int_equal(job_busy(second, 1), rows[i].then != SHARED);
        assert_int_equal(job_slide(second, 1)->equals_failed, rows[i].then == ITSELF_BESIDE);
        rig_end();
    }
}

static void what_ocr_read_is_shared_too(void **state)
{
    const struct lease *lease;
    struct job *second;

    (void)state;
    rig_begin("ocr.sqlite");
    worker = rig_worker(rig.jobs.pool, STAGE_VISION, 4);
    lease = lead(job_of("first"), "q");
    second = job_of("second");
    await(second, "q");
    say_failed(lease, CODE_MODEL_REFUSED, false, "{\"lines\":[]}");
    assert_int_equal(job_slide_row(second, 1)->outcome, OUTCOME_FAILED);
    assert_string_equal(job_slide_row(second, 1)->detail, "because");
    assert_int_equal(second->event, EVENT_SLIDES_DONE);
    rig_end();
}

static void a_slide_that_is_poison_is_so_for_all(void **state)
{
    static const struct {
        uint32_t crashes, attempt;
        bool shared;
    } rows[] = {{3, 3, true}, {0, 1000, false}}; /* its workers died of something else */

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct job *first, *second;

        rig_begin(rows[i].shared ? "poison.sqlite" : "unlucky.sqlite");
        worker = rig_worker(rig.jobs.pool, STAGE_VISION, 4);
        first = job_of("first");
        second = job_of("second");
        lead(first, "q")->attempt = rows[i].attempt;
        await(second, "q");
        job_slide_row(first, 1)->crashes = rows[i].crashes;
        failure_on_death(&rig.jobs, worker);
        assert_string_equal(job_slide_row(first, 1)->code, code_name(CODE_SLIDE_POISON));
        assert_int_equal(job_slide_row(second, 1)->outcome, rows[i].shared ? OUTCOME_FAILED : OUTCOME_OPEN);
        assert_int_equal(rig_due(LANE_EXPLAIN), !rows[i].shared);
        rig_end();
    }
}

static void each_failure_lets_twice_as_many_ask_at_once(void **state)
{
    enum { JOBS = 40 };
    static const unsigned most[] = {1, 2, 4, 8, 16, 16};
    struct job *jobs[JOBS];
    struct work work;
    char name[16];

    (void)state;
    rig_begin("together.sqlite");
    worker = rig_worker_new(rig.jobs.pool, STAGE_VISION);
    rig_hello(worker, 100, "offline", "print"); /* whose calls nobody counts */
    for (int i = 0; i < JOBS; i++) {
        snprintf(name, sizeof name, "job-%d", i);
        jobs[i] = job_of(name);
        lanes_add(rig.jobs.lanes, job_work(jobs[i], LANE_EXPLAIN, 1), 0);
    }
    for (size_t round = 0; round < COUNT(most); round++) {
        dispatch(&rig.schedule);
        assert_int_equal(worker_held(worker), most[round]);
        say_failed(TAILQ_FIRST(worker_leases(worker)), CODE_MODEL_UNAVAILABLE, false, NULL);
    }
    assert_false(lanes_take(rig.jobs.lanes, LANE_BATCH, false, 0, NULL, &work));
    for (int i = 0; i < JOBS; i++) /* nobody is forgotten */
        assert_true(job_slide_row(jobs[i], 1)->outcome == OUTCOME_FAILED || job_busy(jobs[i], 1));
    rig_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_verdict_about_the_slide_is_shared_by_those_who_asked_the_same),
        cmocka_unit_test(what_ocr_read_is_shared_too),
        cmocka_unit_test(a_slide_that_is_poison_is_so_for_all),
        cmocka_unit_test(each_failure_lets_twice_as_many_ask_at_once),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

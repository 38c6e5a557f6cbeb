/* test_failure - again, later or never, and whom a death is charged to */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "supervisor/job/failure.h"
#include "tests/unit/job_rig.h"
#include "tests/unit/scratch.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static struct worker *worker;

static struct job *begin(const char *name, enum stage_kind kind, enum job_state state)
{
    rig_begin(name);
    worker = rig_worker(rig.jobs.pool, kind, 4);
    return rig_job(rig_row("lecture", "a.pdf"), state, 2);
}

static void failed(struct job *job, enum lane_id lane, uint32_t attempt, struct wire_failed failed)
{
    struct lease *lease = rig_lease(worker, job, lane, 0);

    failed.detail = "why";
    lease->attempt = attempt;
    failure_of_work(&rig.jobs, job, lease, &failed);
}

static void work_is_tried_as_often_as_its_lane_says(void **state)
{
    const struct wire_failed for_now = {.code = "INTERNAL", .retryable = true};
    struct job *job = begin("tries.sqlite", STAGE_ASSEMBLER, JOB_ASSEMBLING);

    (void)state;
    failed(job, LANE_ASSEMBLE, 1, for_now);
    failed(job, LANE_ASSEMBLE, 2, for_now);
    assert_int_equal(rig_later(LANE_ASSEMBLE), 2);
    assert_int_equal(job->event, JOB_EVENTS);
    failed(job, LANE_ASSEMBLE, 3, for_now);
    assert_int_equal(rig_later(LANE_ASSEMBLE), 2);
    assert_int_equal(job->event, EVENT_BROKEN);
    assert_string_equal(job->row.detail, "why");
    failed(job, LANE_ASSEMBLE, 1, for_now); /* it is to end: nothing is queued any more */
    assert_int_equal(rig_later(LANE_ASSEMBLE), 2);
    rig_end();
}

/* Twice 2 s, or what the other side asks for, five minutes at most. */
static void it_waits_longer_each_time_or_as_it_was_told(void **state)
{
    static const struct {
        uint32_t attempt;
        uint64_t told_ms;
        int64_t wait_ms;
    } rows[] = {{1, 0, 2000}, {2, 0, 4000}, {1, 60000, 60000}, {1, UINT64_MAX, 300000}};
    struct job *job = begin("waits.sqlite", STAGE_ASSEMBLER, JOB_ASSEMBLING);

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        failed(
            job, LANE_ASSEMBLE, rows[i].attempt,
            (struct wire_failed){.code = "INTERNAL", .retryable = true, .retry_after_ms = rows[i].told_ms});
        assert_int_equal(lanes_turn(rig.jobs.lanes, 1000 + rows[i].wait_ms - 1), 1000 + rows[i].wait_ms);
        assert_int_equal(lanes_turn(rig.jobs.lanes, 1000 + rows[i].wait_ms), -1);
    }
    rig_end();
}

static void an_outage_of_the_store_charges_nobody(void **state)
{
    struct job *job = begin("outage.sqlite", STAGE_COURIER, JOB_FETCHING);

    (void)state;
    job->row.attempt = 7;
    failed(job, LANE_FETCH, 1, (struct wire_failed){.code = "S3_UNAVAILABLE", .retryable = true});
    assert_int_equal(job->row.attempt, 6);
    assert_int_equal(rig_later(LANE_FETCH), 1);
    rig_end();
}

static void an_earlier_run_that_cannot_be_had_is_done_without(void **state)
{
    struct job *job = begin("previous.sqlite", STAGE_COURIER, JOB_ASSEMBLING);

    (void)state;
    job_text(&job->row.previous, "lecture-0");
    failed(job, LANE_PREVIOUS, 1, (struct wire_failed){.code = "S3_DENIED"});
    assert_int_equal(job->event, JOB_EVENTS);
    assert_int_equal(rig_due(LANE_ASSEMBLE), 1);
    rig_end();
}

/* The worker was killed, and is buried. */
static void die(void)
{
    worker_kill(worker, DEATH_SILENT);
    failure_on_death(&rig.jobs, worker);
    assert_int_equal(worker_held(worker), 0);
}

static void three_deaths_give_the_work_up_as_its_lane_says(void **state)
{
    static const struct {
        enum lane_id lane;
        enum job_state in;
        enum job_event event;
        const char *code;
    } rows[] = {{LANE_INSPECT, JOB_INSPECTING, EVENT_BROKEN, "PDF_CORRUPT"},
                {LANE_ASSEMBLE, JOB_ASSEMBLING, EVENT_BROKEN, "ASSEMBLE_FAILED"},
                {LANE_OVERVIEW, JOB_WORKING, JOB_EVENTS, ""}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct job *job = begin((const char *[]){"d1.sqlite", "d2.sqlite", "d3.sqlite"}[i],
                                lane_kind(rows[i].lane), rows[i].in);

        job->overview_out = true;
        for (unsigned death = 1; death <= 3; death++) {
            assert_int_equal(job->event, JOB_EVENTS);
            rig_lease(worker, job, rows[i].lane, 0);
            die();
        }
        assert_int_equal(job->event, rows[i].event);
        assert_string_equal(job->row.code, rows[i].code);
        assert_int_equal(job->overview_out, rows[i].lane != LANE_OVERVIEW);
        assert_int_equal(rig_due(rows[i].lane), 2); /* suspect each time */
        assert_int_equal(worker_pool_deaths(rig.jobs.pool, lane_kind(rows[i].lane), DEATH_SILENT), 3);
        rig_end();
    }
}

/* Whatever has happened to the job: its slides go on beside. */
static void an_overview_whose_worker_died_is_asked_again(void **state)
{
    static const struct {
        enum job_state in;
        enum job_event event;
        size_t due;
    } rows[] = {{JOB_WORKING, JOB_EVENTS, 1},
                {JOB_WORKING, EVENT_SLIDES_DONE, 1},
                {JOB_WORKING, EVENT_LOST, 1},
                {JOB_FETCHING, JOB_EVENTS, 0}}; /* when it works again */
    char name[32];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct job *job;

        snprintf(name, sizeof name, "asked-%zu.sqlite", i);
        job = begin(name, STAGE_VISION, rows[i].in);
        job->overview_out = true;
        job->event = rows[i].event;
        rig_lease(worker, job, LANE_OVERVIEW, 0);
        die();
        assert_int_equal(rig_due(LANE_OVERVIEW), rows[i].due);
        assert_int_equal(job->overview_out, rows[i].due == 1);
        rig_end();
    }
}

/* A rasterizer works on one page after the other: the oldest was at hand. */
/* The job is on its way back to it, after a page and the document were lost. */
static void a_batch_whose_worker_died_is_looked_at_later(void **state)
{
    struct job *job;

    (void)state;
    rig_begin("batch.sqlite");
    worker = rig_worker(rig.jobs.pool, STAGE_VISION, 4);
    job = rig_job(rig_row("lecture", "a.pdf"), JOB_WORKING, 1);
    job->row.economy = true;
    job_slide(job, 1)->saving = true;
    batch_try(rig.jobs.lanes, job);
    lanes_drop(rig.jobs.lanes, job->row.id);
    job->row.state = JOB_FETCHING;
    rig_lease(worker, job, LANE_POLL, 1);
    die();
    assert_int_equal(rig_later(LANE_POLL), 1);
    rig_end();
}

static void of_several_pages_the_oldest_is_charged(void **state)
{
    struct job *job = begin("oldest.sqlite", STAGE_RASTERIZER, JOB_WORKING);

    (void)state;
    for (uint32_t slide = 1; slide <= 2; slide++) {
        job_set_busy(job, slide, true);
        rig_lease(worker, job, LANE_RASTER, slide);
    }
    die();
    assert_int_equal(job_slide_row(job, 1)->crashes, 1);
    assert_int_equal(job_slide_row(job, 2)->crashes, 0);
    assert_int_equal(rig_due(LANE_RASTER), 2);
    assert_true(lanes_suspect(rig.jobs.lanes, STAGE_RASTERIZER));
    rig_end();
}

/* A vision worker works on all at once: who is late is to blame, or nobody. */
static void of_several_calls_the_late_one_is_charged(void **state)
{
    struct job *job = begin("late.sqlite", STAGE_VISION, JOB_WORKING);

    (void)state;
    for (uint32_t slide = 1; slide <= 2; slide++) {
        job_set_busy(job, slide, true);
        rig_lease(worker, job, LANE_EXPLAIN, slide);
    }
    TAILQ_NEXT(TAILQ_FIRST(worker_leases(worker)), link)->deadline_ms = rig.service.now_ms - 1;
    die();
    assert_int_equal(job_slide_row(job, 1)->crashes, 0);
    assert_int_equal(job_slide_row(job, 2)->crashes, 1);
    rig_end();
}

static void work_of_a_job_that_has_ended_is_dropped(void **state)
{
    struct job *job = begin("ended.sqlite", STAGE_VISION, JOB_WORKING);

    (void)state;
    rig_lease(worker, job, LANE_EXPLAIN, 1);
    job->row.state = JOB_FAILED;
    job_list_end(rig.jobs.list, job);
    die();
    assert_int_equal(rig_due(LANE_EXPLAIN), 0);
    rig_end();
}

static void what_never_arrived_goes_back_uncharged(void **state)
{
    struct job *job = begin("unclaimed.sqlite", STAGE_VISION, JOB_WORKING);

    (void)state;
    for (uint32_t slide = 1; slide <= 2; slide++) {
        job_set_busy(job, slide, true);
        rig_lease(worker, job, LANE_EXPLAIN, slide);
    }
    TAILQ_FIRST(worker_leases(worker))->claimed = true;
    failure_on_unclaimed(&rig.jobs, worker);
    assert_int_equal(worker_held(worker), 1);
    assert_int_equal(TAILQ_FIRST(worker_leases(worker))->work.item, 1);
    assert_int_equal(rig_due(LANE_EXPLAIN), 1);
    assert_int_equal(job_slide_row(job, 2)->crashes, 0);
    rig_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_is_tried_as_often_as_its_lane_says),
        cmocka_unit_test(it_waits_longer_each_time_or_as_it_was_told),
        cmocka_unit_test(an_outage_of_the_store_charges_nobody),
        cmocka_unit_test(an_earlier_run_that_cannot_be_had_is_done_without),
        cmocka_unit_test(three_deaths_give_the_work_up_as_its_lane_says),
        cmocka_unit_test(an_overview_whose_worker_died_is_asked_again),
        cmocka_unit_test(a_batch_whose_worker_died_is_looked_at_later),
        cmocka_unit_test(of_several_pages_the_oldest_is_charged),
        cmocka_unit_test(of_several_calls_the_late_one_is_charged),
        cmocka_unit_test(work_of_a_job_that_has_ended_is_dropped),
        cmocka_unit_test(what_never_arrived_goes_back_uncharged),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

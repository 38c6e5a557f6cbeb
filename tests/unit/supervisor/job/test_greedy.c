/* test_greedy - first tries, and what becomes of work that they were too short for */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "supervisor/job/failure.h"
#include "supervisor/job/greedy.h"
#include "supervisor/job/lease_result.h"
#include "supervisor/schedule/dispatch.h"
#include "tests/unit/job_rig.h"
#include "tests/unit/scratch.h"

static struct worker *worker;

static struct job *begin(const char *name, enum job_state state, uint32_t pages)
{
    struct job *job;
    char document[SHA_ROOM];

    rig_begin(name);
    worker = rig_worker(rig.jobs.pool, STAGE_RASTERIZER, 1);
    rig_worker(rig.jobs.pool, STAGE_RASTERIZER, 0);
    job = rig_job(rig_row("lecture", "a.pdf"), state, pages);
    rig_blob("%PDF-", document);
    job_text(&job->row.document, document);
    return job;
}

static void add(struct job *job, enum lane_id lane, uint32_t item)
{
    if (item > 0)
        job_set_busy(job, item, true);
    lanes_add(rig.jobs.lanes, job_work(job, lane, item), 0);
}

/* The lease that went out now. */
static const struct lease *out(void)
{
    dispatch(&rig.schedule);
    return TAILQ_FIRST(worker_leases(worker));
}

static const struct wire *said(void)
{
    size_t last = 0;

    while (worker_unsent(worker, last + 1) != NULL)
        last++;
    return worker_unsent(worker, last);
}

static void too_slow(uint64_t lease, bool retryable)
{
    struct wire failed;

    wire_init(&failed, WIRE_FAILED);
    failed.failed = (struct wire_failed){
        .lease = lease, .code = code_name(CODE_RENDER_TIMEOUT), .retryable = retryable, .detail = ""};
    lease_result_take(&rig.jobs, worker, &failed);
    wire_clear(&failed);
}

static void a_page_that_takes_long_is_tried_again_without_blame(void **state)
{
    struct job *job = begin("page.sqlite", JOB_WORKING, 1);

    (void)state;
    add(job, LANE_RASTER, 1);
    assert_non_null(out());
    assert_int_equal(said()->raster.first_ms, 250);
    too_slow(out()->id, true);
    assert_int_equal(job_slide_row(job, 1)->attempt, 0);
    assert_int_equal(job_slide_row(job, 1)->outcome, OUTCOME_OPEN);
    assert_int_equal(lanes_due_greedy(rig.jobs.lanes, LANE_RASTER), 1);
    assert_true(out()->work.greedy);
    assert_int_equal(said()->raster.first_ms, 0);
    assert_int_equal(job_slide_row(job, 1)->attempt, 1);
    too_slow(out()->id, false); /* all the time there is */
    assert_int_equal(job_slide_row(job, 1)->outcome, OUTCOME_FAILED);
    assert_string_equal(job_slide_row(job, 1)->code, code_name(CODE_RENDER_TIMEOUT));
    rig_end();
}

static void a_document_that_takes_long_has_no_first_tries(void **state)
{
    struct job *job = begin("document.sqlite", JOB_INSPECTING, 2);

    (void)state;
    add(job, LANE_INSPECT, 0);
    assert_non_null(out());
    assert_int_equal(said()->inspect.first_ms, 250);
    too_slow(out()->id, true);
    assert_int_equal(job->event, JOB_EVENTS); /* it has not failed */
    assert_int_equal(job->row.attempt, 0);
    assert_true(out()->work.greedy);
    assert_int_equal(said()->inspect.first_ms, 0);
    free(worker_settle(worker, out()->id));
    job->row.state = JOB_WORKING;
    add(job, LANE_RASTER, 1);
    assert_true(out()->work.greedy);
    assert_int_equal(said()->raster.first_ms, 0);
    rig_end();
}

static void three_greedy_pages_in_a_row_are_enough(void **state)
{
    struct job *job = begin("row.sqlite", JOB_WORKING, 6);
    const struct wire_failed failed = {.code = code_name(CODE_RENDER_TIMEOUT), .retryable = true};

    (void)state;
    for (uint32_t page = 1; page <= 5; page++) {
        struct work work = job_work(job, LANE_RASTER, page);

        if (page == 3)
            greedy_done(job, &work); /* a page between them is not */
        assert_false(greedy_defers(rig.jobs.lanes, job, &work));
        assert_true(greedy_takes(rig.jobs.lanes, job, &work, &failed));
        work.greedy = true;
        assert_false(greedy_takes(rig.jobs.lanes, job, &work, &failed)); /* it had all the time */
    }
    add(job, LANE_RASTER, 6);
    lanes_drop(rig.jobs.lanes, job->row.id);
    assert_true(greedy_defers(rig.jobs.lanes, job, &(struct work){.lane = LANE_RASTER, .job = job->row.id}));
    assert_int_equal(lanes_due_greedy(rig.jobs.lanes, LANE_RASTER), 1);
    rig_end();
}

static void so_are_long_lectures_documents_and_pages_for_ocr(void **state)
{
    struct job *job = begin("others.sqlite", JOB_WORKING, 1);
    struct slide_row read = {.letters = 0}, text = {.letters = 9}, bare = {.letters = 0};

    (void)state;
    read.picture[0] = text.picture[0] = 'a';
    assert_true(greedy_by_ocr(rig_engine(rig.jobs.pool, "offline"), &read));
    assert_false(greedy_by_ocr(rig_engine(rig.jobs.pool, "offline"), &text));
    assert_false(greedy_by_ocr(rig_engine(rig.jobs.pool, "offline"), &bare));
    assert_false(greedy_by_ocr(rig_engine(rig.jobs.pool, "openai"), &read));
    assert_false(greedy_by_ocr(NULL, &read));
    assert_false(job_work(job, LANE_ASSEMBLE, 0).greedy);
    job->row.pages = 300;
    assert_true(job_work(job, LANE_ASSEMBLE, 0).greedy);
    assert_false(job_work(job, LANE_EXPLAIN, 1).greedy);
    job->row.pages = 1;
    rig_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_that_takes_long_is_tried_again_without_blame),
        cmocka_unit_test(a_document_that_takes_long_has_no_first_tries),
        cmocka_unit_test(three_greedy_pages_in_a_row_are_enough),
        cmocka_unit_test(so_are_long_lectures_documents_and_pages_for_ocr),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

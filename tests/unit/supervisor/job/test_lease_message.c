/* test_lease_message - what workers are sent with their leases */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "supervisor/job/equal_slides.h"
#include "supervisor/job/lease_message.h"
#include "supervisor/job/model_message.h"
#include "supervisor/job/overview.h"
#include "supervisor/schedule/dispatch.h"
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

/* The message that the n-th lease went out with. */
static const struct wire *sent(size_t n)
{
    assert_non_null(worker_unsent(worker, (unsigned)n));
    return worker_unsent(worker, (unsigned)n);
}

static void add(const struct job *job, enum lane_id lane, uint32_t item)
{
    lanes_add(rig.jobs.lanes, job_work(job, lane, item), 0);
    dispatch(&rig.schedule);
}

static void a_document_goes_along_once(void **state)
{
    struct job *job = begin("document.sqlite", STAGE_RASTERIZER, JOB_WORKING, 2);
    char name[SHA_ROOM];

    (void)state;
    rig_blob("%PDF", name);
    job_text(&job->row.document, name);
    for (uint32_t slide = 1; slide <= 2; slide++) {
        job_set_busy(job, slide, true);
        add(job, LANE_RASTER, slide);
    }
    assert_int_equal(sent(0)->type, WIRE_RASTER);
    assert_int_equal(sent(0)->frames, 1);
    assert_string_equal(sent(0)->raster.document, name);
    assert_string_equal(sent(0)->raster.password, "");
    assert_int_equal(sent(1)->frames, 0);
    assert_int_equal(sent(1)->raster.slide, 2);
    assert_int_equal(job_slide_row(job, 2)->attempt, 1);
    rig_end();
}

static void a_lost_document_is_fetched_again(void **state)
{
    struct job *job = begin("lost.sqlite", STAGE_RASTERIZER, JOB_WORKING, 1);

    (void)state;
    job_text(&job->row.document, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    job_set_busy(job, 1, true);
    add(job, LANE_RASTER, 1);
    assert_null(worker_unsent(worker, 0));
    assert_int_equal(job->event, EVENT_LOST);
    assert_false(job_busy(job, 1));
    rig_end();
}

static void work_of_another_state_is_dropped(void **state)
{
    struct job *job = begin("state.sqlite", STAGE_RASTERIZER, JOB_FETCHING, 1);

    (void)state;
    job_set_busy(job, 1, true);
    add(job, LANE_RASTER, 1);
    assert_null(worker_unsent(worker, 0));
    assert_false(job_busy(job, 1));
    assert_int_equal(lanes_depth(rig.jobs.lanes, LANE_RASTER), 0);
    rig_end();
}

static void an_artifact_has_its_place_in_the_store(void **state)
{
    static const struct {
        const char *tenant, *key;
    } rows[] = {{"", "outputs/lecture/lecture.docx"}, {"acme", "outputs/_acme/lecture/lecture.docx"}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct job *job = begin(i == 0 ? "s0" : "s1", STAGE_COURIER, JOB_STORING, 0);
        struct artifact_row row = {.bytes = 4};

        job_text(&job->row.tenant, rows[i].tenant);
        rig_blob("docx", row.sha);
        ledger_artifact_set(rig.jobs.ledger, job->row.id, ARTIFACT_DOCX, &row);
        add(job, LANE_STORE, ARTIFACT_DOCX);
        assert_string_equal(sent(0)->store.key, rows[i].key);
        assert_string_equal(sent(0)->store.filename, "lecture.docx");
        assert_int_equal(sent(0)->frames, 1);
        rig_end();
    }
}

static void an_artifact_without_its_file_is_made_again(void **state)
{
    struct job *job = begin("again.sqlite", STAGE_COURIER, JOB_STORING, 0);

    (void)state;
    add(job, LANE_STORE, ARTIFACT_DOCX);
    assert_null(worker_unsent(worker, 0));
    assert_int_equal(job->event, EVENT_LOST);
    rig_end();
}

static void the_model_is_asked_once_for_the_same_slide(void **state)
{
    struct job *job = begin("twins.sqlite", STAGE_VISION, JOB_WORKING, 2);
    struct lease ended = {.work = {.job = 99, .item = 1}};
    struct asker other = {.work = {.lane = LANE_EXPLAIN, .job = 99, .item = 1}};
    char key[BLOB_NAME];

    (void)state;
    for (uint32_t slide = 1; slide <= 2; slide++)
        rig_draw(job, slide, "{\"height\":9,\"lines\":[{\"y\":0,\"size\":9,\"text\":\"Heaps\"}]}", "picture");
    answer_cache_slide_key(worker, job, 1, key);
    memcpy(other.key, key, sizeof key);
    assert_true(in_flight_lead(rig.jobs.in_flight, &other, 1));
    add(job, LANE_EXPLAIN, 1);
    assert_int_equal(worker_held(worker), 0); /* another asks already */
    assert_true(in_flight_waiting(rig.jobs.in_flight, key));
    equal_slides_end(&rig.jobs, &(struct lease){.key = ""}, NULL); /* of another key */
    assert_true(in_flight_waiting(rig.jobs.in_flight, key));
    memcpy(ended.key, key, sizeof key);
    equal_slides_end(&rig.jobs, &ended, NULL);
    dispatch(&rig.schedule);
    assert_int_equal(worker_held(worker), 1);
    assert_string_equal(TAILQ_FIRST(worker_leases(worker))->key, key);
    assert_int_equal(sent(0)->type, WIRE_EXPLAIN);
    assert_int_equal(sent(0)->frames, 2);
    assert_string_equal(sent(0)->explain.before, "");
    assert_string_equal(sent(0)->explain.after, "Heaps");
    assert_int_equal(sent(0)->explain.slides, 2);
    rig_end();
}

static void without_money_a_slide_is_skipped_and_the_overview_left_out(void **state)
{
    struct job *job = begin("money.sqlite", STAGE_VISION, JOB_WORKING, 2);

    (void)state;
    conf_set(&rig.service.conf->budget_job_usd, "0.000001");
    rig_draw(job, 1, "{}", "one");
    add(job, LANE_EXPLAIN, 1);
    assert_int_equal(worker_held(worker), 0);
    assert_string_equal(job_slide_row(job, 1)->code, "BUDGET_JOB");
    assert_int_equal(job->event, JOB_EVENTS);
    add(job, LANE_OVERVIEW, 0);
    assert_int_equal(worker_held(worker), 0);
    assert_string_equal(job->row.overview, "null");
    assert_int_equal(job->event, JOB_EVENTS); /* a slide is open */
    rig_end();
}

static void alike_lectures_are_summed_up_once(void **state)
{
    struct job *one = begin("alike.sqlite", STAGE_VISION, JOB_WORKING, 2),
               *two = rig_job(rig_row("twin", "a.pdf"), JOB_WORKING, 2);

    (void)state;
    add(one, LANE_OVERVIEW, 0);
    rig.service.now_ms += 60000; /* the rate opens slowly */
    add(two, LANE_OVERVIEW, 0);
    assert_int_equal(worker_held(worker), 1);
    assert_int_equal(rig_due(LANE_OVERVIEW), 0); /* it waits for the other's */
    overview_ended(&rig.jobs, TAILQ_FIRST(worker_leases(worker)), NULL);
    assert_int_equal(rig_due(LANE_OVERVIEW), 1);
    rig_end();
}

/* It is told again when the job is where it was. */
static void an_overview_of_another_state_is_dropped(void **state)
{
    struct job *job = begin("dropped.sqlite", STAGE_VISION, JOB_FETCHING, 2);

    (void)state;
    job->overview_out = true;
    add(job, LANE_OVERVIEW, 0);
    assert_int_equal(worker_held(worker), 0);
    assert_false(job->overview_out);
    rig_end();
}

/* The last slide goes out first. */
/* A page was lost, and the document with it: the job is on its way back to its batch. */
static void a_batch_of_another_state_is_looked_at_later(void **state)
{
    struct job *job = begin("batch.sqlite", STAGE_VISION, JOB_WORKING, 1);

    (void)state;
    job->row.economy = true;
    job_slide(job, 1)->saving = true;
    batch_try(rig.jobs.lanes, job);
    assert_non_null(batch_of(job, 1));
    job->row.state = JOB_FETCHING;
    dispatch(&rig.schedule);
    assert_int_equal(worker_held(worker), 0);
    assert_int_equal(rig_later(LANE_BATCH), 1);
    add(job, LANE_POLL, 2); /* there is no such batch (any more) */
    assert_int_equal(rig_later(LANE_POLL), 0);
    rig_end();
}

static void an_overview_follows_the_slides(void **state)
{
    static const char layer[] = "{\"width\":90,\"height\":90,\"lines\":[{\"y\":40,\"h\":9,\"size\":20,"
                                "\"text\":\"Heaps and how they sink\"}]}";
    struct job *job;
    char picture[16];

    (void)state;
    rig_begin("follows.sqlite");
    worker = rig_worker(rig.jobs.pool, STAGE_VISION, 8);
    job = rig_job(rig_row("lecture", "a.pdf"), JOB_WORKING, 6);
    for (uint32_t slide = 1; slide <= 6; slide++) {
        snprintf(picture, sizeof picture, "picture %u", slide);
        rig_draw(job, slide, layer, picture);
        lanes_add(rig.jobs.lanes, job_work(job, LANE_EXPLAIN, slide), 0);
    }
    for (size_t n = 0; n < 7; n++) { /* the rate opens slowly */
        rig.service.now_ms += 60000;
        dispatch(&rig.schedule);
    }
    for (size_t n = 0; n < 6; n++)
        assert_int_equal(sent(n)->type, WIRE_EXPLAIN);
    assert_int_equal(sent(6)->type, WIRE_OVERVIEW);
    assert_int_equal(sent(6)->overview.slides, 6);
    rig_end();
}

/* It was queued when only the offline engine was there, which would have read it by OCR. */
static void a_page_that_the_model_is_asked_about_is_not_greedy(void **state)
{
    struct job *job = begin("greedy.sqlite", STAGE_VISION, JOB_WORKING, 1);
    struct work work = job_work(job, LANE_EXPLAIN, 1);

    (void)state;
    rig_draw(job, 1, "{}", "scan");
    work.greedy = true;
    lanes_add(rig.jobs.lanes, work, 0);
    dispatch(&rig.schedule);
    assert_int_equal(worker_held(worker), 1);
    assert_false(TAILQ_FIRST(worker_leases(worker))->work.greedy);
    rig_end();
}

static void a_lost_picture_is_drawn_again(void **state)
{
    struct job *job = begin("picture.sqlite", STAGE_VISION, JOB_WORKING, 1);

    (void)state;
    rig_draw(job, 1, "{}", "one");
    snprintf(job_slide_row(job, 1)->picture, SHA_ROOM,
             "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    add(job, LANE_EXPLAIN, 1);
    assert_int_equal(worker_held(worker), 0);
    assert_int_equal(rig_due(LANE_RASTER), 1);
    assert_true(job_busy(job, 1));
    rig_end();
}

/* Where its own would lie: whether there is one is the store's to say. */
static void another_tenants_run_is_looked_for_in_ones_own_folder(void **state)
{
    struct job_row other = rig_row("lecture-0", "b.pdf");
    struct job *job = begin("previous.sqlite", STAGE_COURIER, JOB_ASSEMBLING, 0);

    (void)state;
    other.tenant = (char *)"acme";
    rig_accept(other);
    job_text(&job->row.previous, "lecture-0");
    add(job, LANE_PREVIOUS, 0);
    assert_string_equal(sent(0)->revisit.key, "outputs/lecture-0/summary.json");
    rig_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_goes_along_once),
        cmocka_unit_test(a_lost_document_is_fetched_again),
        cmocka_unit_test(work_of_another_state_is_dropped),
        cmocka_unit_test(an_artifact_has_its_place_in_the_store),
        cmocka_unit_test(an_artifact_without_its_file_is_made_again),
        cmocka_unit_test(the_model_is_asked_once_for_the_same_slide),
        cmocka_unit_test(without_money_a_slide_is_skipped_and_the_overview_left_out),
        cmocka_unit_test(alike_lectures_are_summed_up_once),
        cmocka_unit_test(an_overview_of_another_state_is_dropped),
        cmocka_unit_test(a_batch_of_another_state_is_looked_at_later),
        cmocka_unit_test(an_overview_follows_the_slides),
        cmocka_unit_test(a_page_that_the_model_is_asked_about_is_not_greedy),
        cmocka_unit_test(a_lost_picture_is_drawn_again),
        cmocka_unit_test(another_tenants_run_is_looked_for_in_ones_own_folder),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

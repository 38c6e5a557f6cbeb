/* test_batch - which slides of an economy job wait for a batch, and when it goes out */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "supervisor/job/batch.h"
#include "tests/unit/job_rig.h"
#include "tests/unit/scratch.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static struct job *begin(const char *name, uint32_t pages)
{
    struct job_row row = rig_row("lecture", "a.pdf");

    rig_begin(name);
    row.economy = true;
    return rig_job(row, JOB_WORKING, pages);
}

static void only_an_economy_job_saves(void **state)
{
    static const struct {
        const char *sentence;
        bool economy, live;
        const char *engine; /* NULL: no worker is there */
        bool takes;
    } rows[] = {
        {"an economy job waits for the batch", true, false, "openai", true},
        {"so it does while no worker is there", true, false, NULL, true},
        {"not if the engine has no batches", true, false, "offline", false},
        {"not after its batch has come back", true, true, "openai", false},
        {"another job does not", false, false, "openai", false},
    };
    struct job *job = begin("takes.sqlite", 1);

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct worker *vision =
            rows[i].engine == NULL ? NULL : rig_engine(rig.jobs.pool, rows[i].engine);

        job->row.economy = rows[i].economy;
        job->live = rows[i].live;
        job->slides[0].saving = false;
        if (batch_takes(job, 1, vision) != rows[i].takes || job->slides[0].saving != rows[i].takes)
            fail_msg("%s", rows[i].sentence);
    }
    rig_end();
}

static void it_goes_out_when_every_open_slide_is_known_to_come(void **state)
{
    struct job *job = begin("try.sqlite", 3);

    (void)state;
    batch_takes(job, 1, NULL);
    batch_try(rig.jobs.lanes, job);
    assert_null(job->batches);
    job->slides[1].row.outcome = OUTCOME_BLANK;
    batch_try(rig.jobs.lanes, job);
    assert_null(job->batches);
    batch_takes(job, 3, NULL);
    batch_try(rig.jobs.lanes, job);
    assert_non_null(job->batches);
    assert_int_equal(json_array_size(job->batches->slides), 2);
    assert_int_equal(batch_slide_at(job->batches, 1), 3);
    assert_true(batch_has_slide(job, 1) && batch_has_slide(job, 3));
    assert_false(batch_has_slide(job, 2) || batch_has_slide(job, 4));
    assert_int_equal(rig_due(LANE_BATCH), 1);
    batch_try(rig.jobs.lanes, job);
    assert_int_equal(rig_due(LANE_BATCH), 1);
    rig_end();
}

static void a_batch_has_at_most_500_slides(void **state)
{
    struct job *job = begin("many.sqlite", 501);

    (void)state;
    for (uint32_t slide = 1; slide <= 501; slide++)
        batch_takes(job, slide, NULL);
    batch_try(rig.jobs.lanes, job);
    assert_int_equal(json_array_size(batch_of(job, 1)->slides), 500);
    assert_int_equal(json_array_size(batch_of(job, 2)->slides), 1);
    assert_null(batch_of(job, 3));
    assert_int_equal(rig_due(LANE_BATCH), 2);
    rig_end();
}

static void what_is_open_is_asked_for_at_once(void **state)
{
    struct job *job = begin("live.sqlite", 2);

    (void)state;
    batch_takes(job, 1, NULL);
    batch_takes(job, 2, NULL);
    batch_try(rig.jobs.lanes, job);
    job->slides[1].row.outcome = OUTCOME_EXPLAINED;
    batch_ask_live(&rig.jobs.batches, job, job->batches);
    assert_null(job->batches);
    assert_int_equal(rig_due(LANE_EXPLAIN), 1);
    rig_end();
}

/* A provider's name that holds whatever the provider says, and a list that is none of ours. */
static void what_is_out_is_found_after_a_restart(void **state)
{
    static const struct batch_row rows[] = {
        {.batch = "batch_1", .deadline_ms = 7, .slides = "[1,2,9,0,\"x\"]", .reserved = 600000},
        {.batch = "batch_2", .deadline_ms = 7, .slides = "not JSON", .reserved = 0},
    };
    struct job *job = begin("load.sqlite", 2);
    const struct payer payer = payer_of(&job->row);
    enum code which;

    (void)state;
    conf_set(&rig.service.conf->budget_job_usd, "1");
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct batch_row row = rows[i];

        row.job = job->row.id;
        ledger_batch_add(rig.jobs.ledger, &row);
    }
    batches_load(&rig.jobs.batches, job);
    batches_load(&rig.jobs.batches, job); /* once is enough */
    assert_int_equal(rig_due(LANE_POLL), 2);
    assert_string_equal(batch_of(job, 1)->name, "batch_1");
    assert_int_equal(json_array_size(batch_of(job, 1)->slides), 2); /* those that the job has */
    assert_int_equal(json_array_size(batch_of(job, 2)->slides), 0);
    assert_int_equal(budget_look(rig.jobs.budget, &payer, 500000, &which), BUDGET_BUSY);
    batch_end(&rig.jobs.batches, job, batch_of(job, 1));
    assert_int_equal(budget_look(rig.jobs.budget, &payer, 500000, &which), BUDGET_FINE);
    rig_end();
}

static void what_was_put_aside_is_given_back_with_the_job(void **state)
{
    const struct batch_row row = {.batch = "b", .slides = "[1]", .reserved = 600000, .job = 1};
    struct job *job = begin("back.sqlite", 1);
    const struct payer payer = payer_of(&job->row);
    enum code which;

    (void)state;
    conf_set(&rig.service.conf->budget_job_usd, "1");
    assert_int_equal(job->row.id, 1);
    ledger_batch_add(rig.jobs.ledger, &row);
    batches_load(&rig.jobs.batches, job);
    batches_give_back(rig.jobs.budget, job);
    assert_int_equal(budget_look(rig.jobs.budget, &payer, 900000, &which), BUDGET_FINE);
    rig_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_an_economy_job_saves),
        cmocka_unit_test(it_goes_out_when_every_open_slide_is_known_to_come),
        cmocka_unit_test(a_batch_has_at_most_500_slides),
        cmocka_unit_test(what_is_open_is_asked_for_at_once),
        cmocka_unit_test(what_is_out_is_found_after_a_restart),
        cmocka_unit_test(what_was_put_aside_is_given_back_with_the_job),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

/* test_worker_adopt - workers that outlived the last supervisor */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "supervisor/job/lease_result.h"
#include "supervisor/job/worker_adopt.h"
#include "supervisor/process/worker_lock.h"
#include "tests/unit/job_rig.h"
#include "tests/unit/scratch.h"

static struct worker *vision;

static struct job *begin(const char *name)
{
    rig_begin(name);
    vision = rig_worker(rig.jobs.pool, STAGE_VISION, 4);
    return rig_job(rig_row("lecture", "a.pdf"), JOB_WORKING, 3);
}

static void what_living_workers_work_on_is_busy(void **state)
{
    struct job *job = begin("busy.sqlite");

    (void)state;
    rig_lease(vision, job, LANE_EXPLAIN, 1);
    rig_lease(vision, job, LANE_EXPLAIN, 2);
    rig_lease(vision, job, LANE_EXPLAIN, 9); /* there is no such slide */
    rig_lease(vision, job, LANE_OVERVIEW, 0);
    TAILQ_NEXT(TAILQ_FIRST(worker_leases(vision)), link)->work.job = job->row.id + 1; /* another job's */
    adopt_job(rig.jobs.pool, job);
    assert_true(job_busy(job, 1));
    assert_false(job_busy(job, 2));
    assert_true(job->overview_out);
    adopt_job(rig.jobs.pool, job); /* nothing is counted twice */
    assert_int_equal(job->busy_count, 1);
    rig_end();
}

static void an_answer_that_is_there_already_is_not_waited_for(void **state)
{
    struct job *job = begin("there.sqlite");

    (void)state;
    job_slide_row(job, 1)->outcome = OUTCOME_EXPLAINED;
    rig_lease(vision, job, LANE_EXPLAIN, 1);
    adopt_job(rig.jobs.pool, job);
    assert_false(job_busy(job, 1));
    rig_end();
}

static void what_it_does_not_name_goes_back(void **state)
{
    struct job *job = begin("state.sqlite");
    uint64_t held, never;

    (void)state;
    vision = rig_adopted(rig.jobs.pool, STAGE_VISION, 4);
    held = rig_lease(vision, job, LANE_EXPLAIN, 1)->id;
    never = rig_lease(vision, job, LANE_EXPLAIN, 2)->id;
    adopt_job(rig.jobs.pool, job);
    adopt_on_holding(vision, held);
    adopt_on_holding(vision, never + 1000);                    /* void before it was found */
    adopt_on_state(&rig.jobs, vision, (uint32_t)getpid() + 1); /* meant for our predecessor */
    assert_int_equal(worker_held(vision), 2);
    adopt_on_state(&rig.jobs, vision, (uint32_t)getpid());
    assert_int_equal(worker_held(vision), 1);
    assert_int_equal(rig_due(LANE_EXPLAIN), 1);
    rig_end();
}

static void without_living_workers_every_lease_is_void(void **state)
{
    const struct attempt_row row = {
        .lease = 77, .job = 1, .slide = 1, .attempt = 1, .generation = 3, .reserved = 5};
    struct attempt_row found;

    (void)state;
    begin("void.sqlite");
    ledger_attempt_add(rig.jobs.ledger, &row, "explain", "vision-0");
    adopt_living(&rig.jobs);
    assert_true(ledger_attempt_find(rig.jobs.ledger, 77, &found));
    assert_int_equal(ledger_attempts_void(rig.jobs.ledger, "[]"), 0); /* none is left to be void */
    rig_end();
}

/* A child that holds the lock of a worker which our predecessor started. */
static pid_t outliving(const char *name)
{
    int life = worker_lock_begin(name);
    pid_t pid = fork();

    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;)
            pause();
    }
    assert_true(pid > 0);
    worker_lock_is(life, pid);
    close(life);
    return pid;
}

/* Slide 1 is asked about by a worker that outlived our predecessor; slide 2 is equal, and waits for it. */
static void its_answer_lets_equal_slides_go(void **state)
{
    struct job *job = begin("leads.sqlite");
    const struct attempt_row row = {
        .lease = 77, .job = job->row.id, .slide = 1, .attempt = 1, .generation = 3, .answers = "of both"};
    const struct asker equal = {.key = "of both", .work = job_work(job, LANE_EXPLAIN, 2)};
    pid_t pid = outliving("vision-0-3");
    const struct lease *lease = NULL;
    struct worker *adopted;
    struct known_answer known;
    struct wire result;

    (void)state;
    ledger_attempt_add(rig.jobs.ledger, &row, "explain", "vision-0-3");
    adopt_living(&rig.jobs);
    adopted = worker_pool_holder(rig.jobs.pool, 77, &lease);
    assert_non_null(adopted);
    adopt_job(rig.jobs.pool, job);
    rig_draw(job, 2, "{}", "picture");
    assert_false(in_flight_lead(rig.jobs.in_flight, &equal, 1));
    rig_message(&result, WIRE_EXPLAINED, "{\"title\":\"T\"}");
    result.explained = (struct wire_explained){
        .lease = 77, .engine = "openai", .model = "gpt-4o", .outcome = OUTCOME_EXPLAINED};
    lease_result_take(&rig.jobs, adopted, &result);
    wire_clear(&result);
    assert_int_equal(job_slide_row(job, 1)->outcome, OUTCOME_EXPLAINED);
    assert_int_equal(rig_due(LANE_EXPLAIN), 1);
    assert_true(answer_cache_find(&rig.jobs.cache, "of both", &known));
    known_answer_clear(&known);
    assert_true(in_flight_lead(rig.jobs.in_flight, &equal, 1)); /* nobody leads any more */
    rig_end();
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_living_workers_work_on_is_busy),
        cmocka_unit_test(an_answer_that_is_there_already_is_not_waited_for),
        cmocka_unit_test(what_it_does_not_name_goes_back),
        cmocka_unit_test(without_living_workers_every_lease_is_void),
        cmocka_unit_test(its_answer_lets_equal_slides_go),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

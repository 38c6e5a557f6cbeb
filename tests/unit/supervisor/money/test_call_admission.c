/* test_call_admission - which model calls may be made, in which order, and what becomes of the others */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "proto/timer.h"
#include "supervisor/money/call_admission.h"
#include "tests/unit/pool_rig.h"
#include "tests/unit/scratch.h"

enum { LEASE = 5, CREDIT = 4, DOLLAR = 1000000 };

static struct service service;
static struct ledger *ledger;
static struct worker_pool *pool;
static struct budget *budget;
static struct admissions *admissions;
static struct worker *vision;
static void *ear; /* the worker's end */
static struct job_row job, other;
static struct slide_row slide;

static struct job_row *job_of(void *arg, int64_t id)
{
    (void)arg;
    return id == job.id ? &job : id == other.id ? &other : NULL;
}

static struct slide_row *slide_of(void *arg, int64_t id, uint32_t number)
{
    (void)arg;
    return id == job.id && number == slide.slide ? &slide : NULL;
}

static uint32_t slides; /* that may be asked about */
static unsigned walks;  /* how often they were counted */

static uint32_t slides_to_ask(void *arg, int64_t id)
{
    (void)arg;
    walks++;
    return id == job.id ? slides : 0;
}

static int begin(void **state)
{
    static const struct money_rows rows = {.job = job_of, .slide = slide_of, .slides_to_ask = slides_to_ask};
    static unsigned number;
    char name[32];

    (void)state;
    job = (struct job_row){
        .id = 1, .pages = 3, .tenant = "ana", .outline = "", .instructions = "", .title = ""};
    other = job;
    other.id = 99;
    slides = 0;
    slide = (struct slide_row){.slide = 2, .letters = 100, .width = 800, .height = 600};
    service = (struct service){.conf = conf_load(NULL, stderr), .now_ms = 1000};
    if (service.conf == NULL)
        return -1;
    conf_set(&service.conf->model_name, "gpt-4o");
    snprintf(name, sizeof name, "%u.sqlite", ++number);
    ledger = ledger_open(name);
    pool = rig_pool(service.conf);
    vision = rig_worker(pool, STAGE_VISION, CREDIT);
    ear = rig_listen(pool, vision);
    budget = budget_new(&service, ledger, &rows);
    admissions = admission_new(&service, ledger, pool, budget, &rows);
    return 0;
}

static int end(void **state)
{
    (void)state;
    admission_free(&admissions);
    budget_free(&budget);
    zmq_close(ear);
    worker_pool_free(&pool);
    ledger_close(&ledger);
    conf_free(&service.conf);
    return 0;
}

/* A lease for the slide goes out: its first call is under way. */
static struct lease *lease_out(void)
{
    struct lease *lease =
        worker_lease(vision, LEASE, (struct work){.lane = LANE_EXPLAIN, .job = job.id, .item = slide.slide});

    admission_lease(admissions, vision, lease, &job, &slide, 1000);
    return lease;
}

static void ask_for_call(uint32_t call)
{
    admission_asked(admissions, &(struct wire_call){.lease = LEASE, .call = call, .max_tokens = 1000});
}

/* The call has ended well, long enough after its start that the endpoint is known to let calls in. */
static void end_call(uint32_t call)
{
    service.now_ms += 2000;
    admission_called(admissions, vision,
                     &(struct wire_called){.lease = LEASE,
                                           .call = call,
                                           .model = "gpt-4o",
                                           .verdict = VERDICT_DONE,
                                           .status = 200,
                                           .input_tokens = 1000,
                                           .output_tokens = 100});
}

static void a_lease_is_the_permit_for_its_first_call(void **state)
{
    struct lease *lease = lease_out();

    (void)state;
    assert_int_equal(admission_flying(admissions), 1);
    end_call(1);
    assert_int_equal(admission_flying(admissions), 0);
    assert_int_equal(admission_ended(admissions, VERDICT_DONE), 1);
    assert_int_equal(slide.calls, 1);
    assert_int_equal(slide.input_tokens, 1000);
    assert_true(slide.spent > 0);
    assert_int_equal(lease->told_input, 1000);
    end_call(1); /* told twice: it counts once */
    assert_int_equal(slide.calls, 1);
    assert_int_equal(admission_ended(admissions, VERDICT_DONE), 1);
}

static void a_further_call_waits_for_go(void **state)
{
    struct wire go;

    (void)state;
    lease_out();
    end_call(1);
    ask_for_call(2);
    assert_false(admission_allow(admissions)); /* who asks goes before new leases */
    admission_turn(admissions);
    assert_true(admission_allow(admissions));
    go = rig_hear_at(ear, vision);
    assert_int_equal(go.type, WIRE_GO);
    assert_int_equal(go.go.lease, LEASE);
    assert_int_equal(go.go.call, 2);
    assert_int_equal(go.go.max_tokens, 1000);
    wire_clear(&go);
    ask_for_call(2); /* an adopted worker asks again: it is under way */
    admission_turn(admissions);
    assert_true(rig_is_silent(vision));
    assert_int_equal(admission_flying(admissions), 1);
}

static void a_spent_budget_denies_it(void **state)
{
    struct wire denied;

    (void)state;
    lease_out();
    end_call(1);
    conf_set(&service.conf->budget_job_usd, "0.000001");
    ask_for_call(2);
    ask_for_call(2); /* asked twice, answered once */
    admission_turn(admissions);
    denied = rig_hear_at(ear, vision);
    assert_int_equal(denied.type, WIRE_DENIED);
    assert_string_equal(denied.denied.code, code_name(CODE_BUDGET_JOB));
    wire_clear(&denied);
    assert_true(rig_is_silent(vision));
    assert_int_equal(admission_flying(admissions), 0);
}

/* One whose lease is not there (any more), or of a job that is gone, is answered or forgotten, never
 * followed. */
static void who_asks_without_a_lease_gets_nothing(void **state)
{
    struct wire denied;

    (void)state;
    admission_asked(admissions,
                    &(struct wire_call){.lease = 999, .call = UINT32_MAX, .max_tokens = UINT32_MAX});
    admission_turn(admissions);
    assert_true(rig_is_silent(vision));
    assert_true(admission_allow(admissions));
    lease_out();
    end_call(1);
    ask_for_call(2);
    job.id = 7; /* it has ended meanwhile */
    admission_turn(admissions);
    denied = rig_hear_at(ear, vision);
    assert_int_equal(denied.type, WIRE_DENIED);
    wire_clear(&denied);
    assert_int_equal(admission_flying(admissions), 0);
}

static void a_lost_lease_is_taken_for_paid(void **state)
{
    struct lease *lease = lease_out();

    (void)state;
    ask_for_call(2);
    admission_lease_ended(admissions, lease, LEASE_LOST, NULL);
    assert_int_equal(admission_flying(admissions), 0);
    assert_true(slide.spent > 0); /* what was put aside */
    assert_int_equal(slide.calls, 0);
    admission_turn(admissions); /* what it had asked went with it */
    assert_true(rig_is_silent(vision));
}

static void a_lease_that_never_left_costs_nothing(void **state)
{
    struct lease *lease = lease_out();

    (void)state;
    admission_lease_ended(admissions, lease, LEASE_NEVER_BEGUN, NULL);
    assert_int_equal(admission_flying(admissions), 0);
    assert_int_equal(slide.spent, 0);
}

static void no_more_calls_go_out_than_the_workers_can_make(void **state)
{
    (void)state;
    lease_out();
    end_call(1);
    for (uint32_t call = 2; call < 10; call++)
        ask_for_call(call);
    for (int turn = 0; turn < 8; turn++) {
        service.now_ms += 1000;
        admission_turn(admissions);
    }
    assert_int_equal(admission_flying(admissions), CREDIT);
}

/* A lease for a slide whose answer came with that doubt. */
static void doubt_of(uint64_t lease, enum doubt doubt)
{
    struct lease *out =
        worker_lease(vision, lease, (struct work){.lane = LANE_EXPLAIN, .job = job.id, .item = slide.slide});

    admission_lease(admissions, vision, out, &job, &slide, 1000);
    service.now_ms += 2000;
    admission_called(admissions, vision,
                     &(struct wire_called){.lease = lease, .call = 1, .model = "gpt-4o", .status = 200});
    admission_asked(admissions,
                    &(struct wire_call){.lease = lease, .call = 2, .max_tokens = 1000, .doubt = doubt});
}

static void expect(enum wire_type type, uint64_t lease)
{
    struct wire heard = rig_hear_at(ear, vision);

    assert_int_equal(heard.type, type);
    assert_int_equal(wire_lease(&heard), lease);
    if (type == WIRE_DENIED)
        assert_string_equal(heard.denied.code, "");
    wire_clear(&heard);
}

/* Of 39 slides three may be asked about twice: two for claims of their own, and the worst goes first. */
static void second_questions_have_a_share(void **state)
{
    (void)state;
    slides = 39;
    doubt_of(11, DOUBT_OWN);
    doubt_of(12, DOUBT_OWN);
    doubt_of(13, DOUBT_OWN);
    doubt_of(14, DOUBT_TAUGHT);
    assert_true(rig_is_silent(vision)); /* nobody is beyond the share yet */
    walks = 0;
    admission_turn(admissions);
    assert_int_equal(walks, 2); /* once for each question, however many wait */
    expect(WIRE_GO, 14);
    expect(WIRE_GO, 11);
    expect(WIRE_DENIED, 12);
    expect(WIRE_DENIED, 13);
    assert_int_equal(job.second_questions, 2);
    doubt_of(15, DOUBT_OWN);
    expect(WIRE_DENIED, 15); /* at once */
    doubt_of(16, DOUBT_TAUGHT);
    admission_turn(admissions);
    expect(WIRE_GO, 16);
    doubt_of(17, DOUBT_TAUGHT);
    expect(WIRE_DENIED, 17);
    assert_int_equal(job.second_questions, 3);
    assert_true(rig_is_silent(vision));
}

static void repairs_take_nothing_of_the_share(void **state)
{
    (void)state;
    slides = 5;
    doubt_of(11, DOUBT_NONE);
    doubt_of(12, DOUBT_NONE);
    admission_turn(admissions);
    expect(WIRE_GO, 11);
    expect(WIRE_GO, 12);
    assert_int_equal(job.second_questions, 0);
    doubt_of(13, DOUBT_OWN); /* a short job may ask once, too */
    admission_turn(admissions);
    expect(WIRE_GO, 13);
    assert_int_equal(job.second_questions, 1);
}

/* Its call 1 has ended well, and call 2 is asked for. */
static void ask_again(uint64_t id, const struct job_row *whose)
{
    struct lease *lease =
        worker_lease(vision, id, (struct work){.lane = LANE_EXPLAIN, .job = whose->id, .item = slide.slide});

    admission_lease(admissions, vision, lease, whose, &slide, 1000);
    service.now_ms += 2000;
    admission_called(
        admissions, vision,
        &(struct wire_called){.lease = id, .call = 1, .model = "gpt-4o", .status = 200, .input_tokens = 9});
    admission_asked(admissions, &(struct wire_call){.lease = id, .call = 2, .max_tokens = 1000});
}

/* What is put aside for a call under way may come back; it is for the repair that waits. */
static void a_job_that_waits_for_money_holds_up_no_other(void **state)
{
    uint32_t max_tokens;
    enum code which;

    (void)state;
    lease_out();
    ask_again(11, &job);
    ask_again(12, &other);
    conf_set(&service.conf->budget_job_usd, "1");
    job.spent = DOLLAR - 1;
    service.now_ms += 2000;
    admission_turn(admissions);
    expect(WIRE_GO, 12);
    assert_true(rig_is_silent(vision));
    service.now_ms += 50;
    assert_true(admission_allow(admissions));
    assert_int_equal(admission_look(admissions, &other, &slide, &max_tokens, &which), BUDGET_FINE);
    job.spent = 0;
    assert_int_equal(admission_look(admissions, &job, &slide, &max_tokens, &which), BUDGET_BUSY);
    assert_int_equal(admission_next(admissions, false), service.now_ms + 50);
    service.now_ms += 50;
    assert_false(admission_allow(admissions));
    admission_turn(admissions);
    expect(WIRE_GO, 11);
    assert_int_equal(admission_look(admissions, &job, &slide, &max_tokens, &which), BUDGET_FINE);
}

/* A worker that leaves may ask yet when those that came after it call no model. */
static void who_asks_is_answered_in_time_whoever_is_ready(void **state)
{
    const struct wire_hello hello = {
        .credit = CREDIT, .lacks = "", .engine = "offline", .model = "", .fingerprint = "", .prompt = ""};
    struct worker *offline = worker_new(worker_pool_context(pool), STAGE_VISION, 1, 901, "late", 0);

    (void)state;
    ask_again(11, &job);
    lease_out();
    admission_called(admissions, vision,
                     &(struct wire_called){.lease = LEASE,
                                           .call = 1,
                                           .model = "gpt-4o",
                                           .verdict = VERDICT_REFUSED,
                                           .status = 429,
                                           .retry_after_ms = 700});
    worker_hello(offline, &hello);
    worker_pool_add(pool, offline);
    admission_turn(admissions);
    assert_true(rig_is_silent(vision));
    assert_int_equal(admission_next(admissions, false), service.now_ms + 700);
}

static void without_a_model_nothing_is_held_back(void **state)
{
    const struct wire_hello hello = {
        .credit = CREDIT, .lacks = "", .engine = "offline", .model = "", .fingerprint = "", .prompt = ""};
    struct worker *offline = worker_new(worker_pool_context(pool), STAGE_VISION, 1, 900, "offline", 0);
    struct lease *lease;

    (void)state;
    worker_hello(offline, &hello);
    worker_pool_add(pool, offline);
    assert_true(admission_allow(admissions));
    lease = worker_lease(offline, 6, (struct work){.lane = LANE_EXPLAIN, .job = job.id, .item = slide.slide});
    admission_lease(admissions, offline, lease, &job, &slide, 1000);
    assert_int_equal(admission_flying(admissions), 0);
    assert_int_equal(admission_next(admissions, true), TIMER_NONE);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        CASE(a_lease_is_the_permit_for_its_first_call),
        CASE(a_further_call_waits_for_go),
        CASE(a_spent_budget_denies_it),
        CASE(who_asks_without_a_lease_gets_nothing),
        CASE(a_lost_lease_is_taken_for_paid),
        CASE(a_lease_that_never_left_costs_nothing),
        CASE(no_more_calls_go_out_than_the_workers_can_make),
        CASE(second_questions_have_a_share),
        CASE(repairs_take_nothing_of_the_share),
        CASE(a_job_that_waits_for_money_holds_up_no_other),
        CASE(who_asks_is_answered_in_time_whoever_is_ready),
        CASE(without_a_model_nothing_is_held_back),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

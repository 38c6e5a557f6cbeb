/* test_liveness - when a worker counts as late or silent, and when to look again */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/timer.h"
#include "supervisor/process/liveness.h"
#include "tests/unit/scratch.h"

enum { BORN_MS = 1000 };

static void *context;
static struct worker *worker;

static int enter(void **state)
{
    context = zmq_ctx_new();
    return scratch_enter(state) || mkdir("run", 0700) == -1;
}

static int leave(void **state)
{
    zmq_ctx_term(context);
    return scratch_remove(state);
}

/* Its process is one that takes no signal: no descriptor stands for it. */
static int begin(void **state)
{
    static uint64_t generation;

    (void)state;
    worker = worker_new(context, STAGE_COURIER, 0, ++generation, "late", BORN_MS);
    worker_start(worker, (struct process){.pid = 1 << 30, .pidfd = -1});
    return 0;
}

static int end(void **state)
{
    struct lease *lease;

    (void)state;
    while ((lease = worker_release(worker)) != NULL)
        free(lease);
    worker_free(&worker);
    return 0;
}

static void say_hello(int64_t now_ms)
{
    worker_hello(worker,
                 &(struct wire_hello){
                     .credit = 4, .lacks = "", .engine = "", .model = "", .fingerprint = "", .prompt = ""});
    worker_heard(worker, now_ms);
}

static void judged(int64_t now_ms, enum death why, int64_t ms, int64_t next_ms)
{
    const struct liveness liveness = liveness_judge(worker, now_ms);

    assert_int_equal(liveness.why, why);
    assert_int_equal(liveness.ms, ms);
    assert_int_equal(liveness.next_ms, next_ms);
}

static void one_that_never_says_hello_is_late(void **state)
{
    const int64_t last = BORN_MS + LIVENESS_START_MS;

    (void)state;
    judged(BORN_MS, DEATHS, 0, last + 1);
    judged(last, DEATHS, 0, last + 1);
    judged(last + 1, DEATH_NO_HELLO, LIVENESS_START_MS + 1, last + 1);
}

static void one_that_beats_no_more_is_silent(void **state)
{
    const int64_t last = 5000 + LIVENESS_SILENCE_MS;

    (void)state;
    say_hello(5000);
    judged(last, DEATHS, 0, last + 1);
    judged(last + 1, DEATH_SILENT, LIVENESS_SILENCE_MS + 1, last + 1);
    worker_heard(worker, last);
    judged(last + 1, DEATHS, 0, last + LIVENESS_SILENCE_MS + 1);
}

static void the_first_deadline_of_its_leases_counts(void **state)
{
    struct lease *lease;

    (void)state;
    say_hello(5000);
    lease = worker_lease(worker, 1, (struct work){.lane = LANE_FETCH});
    lease->issued_ms = 6000;
    lease->deadline_ms = 9000;
    lease = worker_lease(worker, 2, (struct work){.lane = LANE_FETCH});
    lease->issued_ms = 6500;
    lease->deadline_ms = 7000;
    judged(7000, DEATHS, 0, 7001);
    judged(7001, DEATH_DEADLINE, 501, 7001);
    free(worker_settle(worker, 2));
    judged(7001, DEATHS, 0, 9001);
    judged(9500, DEATH_DEADLINE, 3500, 9001);
}

/* Both at once: the silence is told, it is what an operator looks for. */
static void silence_is_told_before_a_deadline(void **state)
{
    struct lease *lease;

    (void)state;
    say_hello(0);
    lease = worker_lease(worker, 1, (struct work){.lane = LANE_FETCH});
    lease->deadline_ms = 10;
    assert_int_equal(liveness_judge(worker, LIVENESS_SILENCE_MS + 1).why, DEATH_SILENT);
}

static void one_that_was_killed_is_not_killed_again(void **state)
{
    (void)state;
    worker_kill(worker, DEATH_STALLED);
    judged(BORN_MS + 10 * LIVENESS_START_MS, DEATHS, 0, TIMER_NONE);
}

static void the_local_client_is_never_late(void **state)
{
    (void)state;
    worker_start(worker, (struct process){.pidfd = -1});
    assert_true(worker_is_local_client(worker));
    judged(BORN_MS + 10 * LIVENESS_START_MS, DEATHS, 0, TIMER_NONE);
}

/* A paused machine has heard nobody: what the workers said meanwhile is read first. */
static void after_an_absence_nobody_is_judged_at_once(void **state)
{
    struct absence absence = {.turned_ms = 0};

    (void)state;
    assert_int_equal(absence_note(&absence, 5000), 0); /* the first turn follows nothing */
    assert_true(absence_is_over(&absence, 5000));
    assert_int_equal(absence_note(&absence, 5000 + ABSENCE_MIN_MS - 1), 0);
    assert_true(absence_is_over(&absence, 5000 + ABSENCE_MIN_MS - 1));
    assert_int_equal(absence_note(&absence, 100000), 100000 - 5000 - ABSENCE_MIN_MS + 1);
    assert_false(absence_is_over(&absence, 100000));
    assert_int_equal(absence_note(&absence, 100000 + ABSENCE_EXCUSE_MS - 1), 0);
    assert_false(absence_is_over(&absence, 100000 + ABSENCE_EXCUSE_MS - 1));
    assert_true(absence_is_over(&absence, 100000 + ABSENCE_EXCUSE_MS));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_an_absence_nobody_is_judged_at_once),
        CASE(one_that_never_says_hello_is_late),
        CASE(one_that_beats_no_more_is_silent),
        CASE(the_first_deadline_of_its_leases_counts),
        CASE(silence_is_told_before_a_deadline),
        CASE(one_that_was_killed_is_not_killed_again),
        CASE(the_local_client_is_never_late),
    };

    return cmocka_run_group_tests(tests, enter, leave);
}

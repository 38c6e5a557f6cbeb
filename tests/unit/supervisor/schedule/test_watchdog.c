/* test_watchdog - a lane that stands still though it could go on */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/exits.h"
#include "proto/timer.h"
#include "supervisor/schedule/schedule.h"
#include "supervisor/schedule/watchdog.h"
#include "tests/unit/pool_rig.h"
#include "tests/unit/scratch.h"

static struct service service;
static struct schedule schedule;
static struct worker *courier;

static void begin(const char *folder)
{
    service = (struct service){.conf = conf_load(NULL, stderr), .now_ms = 1000};
    assert_non_null(service.conf);
    service.conf->watchdog_stall_s = 10;
    schedule = (struct schedule){.service = &service,
                                 .pool = rig_pool(service.conf),
                                 .lanes = lanes_new(),
                                 .blobs = blobs_open(folder)};
    courier = rig_worker(schedule.pool, STAGE_COURIER, 2);
}

static void end(void)
{
    worker_pool_free(&schedule.pool);
    lanes_free(&schedule.lanes);
    blobs_close(&schedule.blobs);
    conf_free(&service.conf);
}

static void add_fetch(void)
{
    lanes_add(schedule.lanes, (struct work){.lane = LANE_FETCH, .job = 1}, 0);
}

static int64_t look_at(int64_t now_ms)
{
    service.now_ms = now_ms;
    return watchdog_turn(&schedule);
}

static void without_work_nothing_stands_still(void **state)
{
    (void)state;
    begin("idle");
    assert_int_equal(look_at(1000), TIMER_NONE);
    assert_int_equal(look_at(1000000), TIMER_NONE);
    assert_null(watchdog_stalled(&schedule));
    end();
}

static void work_and_credit_without_a_lease_is_a_stall(void **state)
{
    (void)state;
    begin("stall");
    add_fetch();
    assert_int_equal(look_at(1000), 11000);
    assert_int_equal(look_at(10999), 11000);
    assert_int_equal(schedule.stalled[LANE_FETCH], 0);
    look_at(11000);
    assert_int_equal(schedule.stalled[LANE_FETCH], 1);
    assert_string_equal(watchdog_stalled(&schedule), "fetch");
    schedule.leased[LANE_FETCH]++; /* it moves again */
    look_at(12000);
    assert_null(watchdog_stalled(&schedule));
    end();
}

static void a_lane_that_has_to_wait_does_not_stand_still(void **state)
{
    (void)state;
    begin("waits");
    add_fetch();
    schedule.breakers[LANE_FETCH] = (struct breaker){.open = true, .since_ms = 1000, .look_at_ms = 90000};
    assert_int_equal(look_at(2000), TIMER_NONE);
    service.draining = true;
    schedule.breakers[LANE_FETCH].open = false;
    assert_int_equal(look_at(3000), TIMER_NONE);
    service.draining = false;
    worker_kill(courier, DEATH_DEADLINE); /* nobody can take it */
    assert_int_equal(look_at(4000), TIMER_NONE);
    end();
}

static void a_lease_past_its_deadline_is_a_stall(void **state)
{
    struct lease *lease;

    (void)state;
    begin("deadline");
    lease = worker_lease(courier, 1, (struct work){.lane = LANE_FETCH, .job = 1});
    lease->deadline_ms = 5000;
    assert_int_equal(look_at(5000), TIMER_NONE);
    assert_int_equal(look_at(5001), 15001);
    look_at(15001);
    assert_int_equal(schedule.stalled[LANE_FETCH], 1);
    end();
}

/* In a process of its own: this is its end. */
static void if_killing_its_workers_brings_nothing_the_process_starts_afresh(void **state)
{
    int status;
    pid_t child = fork();

    (void)state;
    if (child == 0) {
        begin("afresh");
        add_fetch();
        look_at(1000);
        look_at(11000);
        look_at(21000);
        _exit(0);
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), EXIT_SOFTWARE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_work_nothing_stands_still),
        cmocka_unit_test(work_and_credit_without_a_lease_is_a_stall),
        cmocka_unit_test(a_lane_that_has_to_wait_does_not_stand_still),
        cmocka_unit_test(a_lease_past_its_deadline_is_a_stall),
        cmocka_unit_test(if_killing_its_workers_brings_nothing_the_process_starts_afresh),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

/* test_lane - the order of work, what waits for its time, in_flight, pauses */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "supervisor/schedule/lane.h"
#include "supervisor/outbox/outbox.h"
#include "supervisor/process/throttle.h"

static void add(struct lanes *lanes, int64_t job, uint32_t item)
{
    lanes_add(lanes, (struct work){.lane = LANE_RASTER, .job = job, .item = item}, 0);
}

/* "1.1 2.1 1.2": jobs and items in the order they come out. */
static const char *order(struct lanes *lanes, int64_t prefer)
{
    static char text[512];
    struct work work;
    size_t used = 0;

    text[0] = '\0';
    while (lanes_take(lanes, LANE_RASTER, false, prefer, NULL, &work))
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%lld.%u", used > 0 ? " " : "",
                                 (long long)work.job, work.item);
    return text;
}

static void jobs_take_turns(void **state)
{
    struct lanes *lanes = lanes_new();

    (void)state;
    for (uint32_t i = 1; i <= 3; i++)
        add(lanes, 1, i);
    for (uint32_t i = 1; i <= 2; i++)
        add(lanes, 2, i);
    assert_int_equal(lanes_depth(lanes, LANE_RASTER), 5);
    assert_string_equal(order(lanes, 0), "1.1 2.1 1.2 2.2 1.3");
    assert_int_equal(lanes_depth(lanes, LANE_RASTER), 0);
    lanes_free(&lanes);
}

static void short_jobs_go_first_but_not_for_ever(void **state)
{
    struct lanes *lanes = lanes_new();

    (void)state;
    for (uint32_t i = 1; i <= 3; i++)
        add(lanes, 1, i);
    for (uint32_t i = 1; i <= 6; i++)
        lanes_add(lanes, (struct work){.lane = LANE_RASTER, .job = 2, .item = i, .light = true}, 0);
    assert_string_equal(order(lanes, 1), "2.1 2.2 2.3 2.4 1.1 2.5 2.6 1.2 1.3");
    lanes_free(&lanes);
}

static void of_tenant(struct lanes *lanes, uint32_t tenant, int64_t job, uint32_t item, bool light)
{
    lanes_add(lanes,
              (struct work){.lane = LANE_RASTER, .job = job, .item = item, .tenant = tenant, .light = light},
              0);
}

/* However many jobs a tenant has, and however short they are. */
static void tenants_take_turns(void **state)
{
    struct lanes *lanes = lanes_new();

    (void)state;
    for (int64_t job = 1; job <= 4; job++)
        of_tenant(lanes, 1, job, 1, true);
    for (uint32_t i = 1; i <= 3; i++)
        of_tenant(lanes, 2, 9, i, false);
    of_tenant(lanes, 7, 8, 1, true);
    assert_string_equal(order(lanes, 0), "1.1 9.1 8.1 2.1 9.2 3.1 9.3 4.1");
    for (uint32_t i = 1; i <= 2; i++) {
        of_tenant(lanes, 2, 9, i, false);
        of_tenant(lanes, 1, 1, i, false);
        of_tenant(lanes, 1, 2, i, true);
    }
    /* its four short pieces in a row were before: a long one is due */
    assert_string_equal(order(lanes, 0), "9.1 1.1 9.2 2.1 2.2 1.2");
    lanes_free(&lanes);
}

/* "1 2 9": items of job 1 in the order in which workers that have had these are given them; 0: nothing yet.
 */
static const char *runs(struct lanes *lanes, const char *workers)
{
    static char text[512];
    struct work last[3] = {{0}}, work;
    size_t used = 0;

    text[0] = '\0';
    for (; *workers != '\0'; workers++) {
        struct work *mine = &last[*workers - 'a'];

        assert_true(lanes_take(lanes, LANE_RASTER, false, 0, mine, &work));
        *mine = work;
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%u", used > 0 ? " " : "", work.item);
    }
    return text;
}

static void each_worker_has_a_run_of_pages(void **state)
{
    struct lanes *lanes = lanes_new();

    (void)state;
    for (uint32_t i = 1; i <= 27; i++)
        add(lanes, 1, i);
    assert_string_equal(runs(lanes, "aabababaababaabbb"), "1 2 9 3 10 4 11 5 6 12 7 13 8 17 14 15 16");
    lanes_drop(lanes, 1);
    assert_int_equal(lanes_depth(lanes, LANE_RASTER), 0);
    lanes_free(&lanes);
}

/* A slow page keeps nobody waiting for the rest of its run. */
static void who_is_free_takes_the_rest_of_a_run_from_its_end(void **state)
{
    struct lanes *lanes = lanes_new();

    (void)state;
    for (uint32_t i = 1; i <= 12; i++)
        add(lanes, 1, i);
    assert_string_equal(runs(lanes, "abbbbbbabccb"), "1 9 10 11 12 8 7 2 6 5 4 3");
    lanes_free(&lanes);
}

static void a_run_is_of_one_job(void **state)
{
    struct work last = {.job = 2, .item = 4}, work;
    struct lanes *lanes = lanes_new();

    (void)state;
    for (uint32_t i = 1; i <= 6; i++)
        add(lanes, 1, i);
    assert_true(lanes_take(lanes, LANE_RASTER, false, 0, &last, &work));
    assert_int_equal(work.item, 1);
    lanes_free(&lanes);
}

static void a_new_job_waits_one_turn_of_the_others(void **state)
{
    struct lanes *lanes = lanes_new();
    struct work work;

    (void)state;
    for (uint32_t i = 1; i <= 4; i++)
        add(lanes, 1, i);
    assert_true(lanes_take(lanes, LANE_RASTER, false, 0, NULL, &work));
    add(lanes, 2, 1);
    add(lanes, 2, 2);
    assert_string_equal(order(lanes, 0), "1.2 2.1 1.3 2.2 1.4");
    lanes_free(&lanes);
}

static void a_preferred_job_goes_on_while_it_has_work(void **state)
{
    struct lanes *lanes = lanes_new();

    (void)state;
    add(lanes, 1, 1);
    add(lanes, 1, 2);
    add(lanes, 2, 1);
    add(lanes, 2, 2);
    assert_string_equal(order(lanes, 1), "1.1 1.2 2.1 2.2");
    lanes_free(&lanes);
}

static void dropped_work_does_not_come_out(void **state)
{
    struct lanes *lanes = lanes_new();

    (void)state;
    add(lanes, 1, 1);
    add(lanes, 2, 1);
    lanes_add(lanes, (struct work){.lane = LANE_RASTER, .job = 1, .item = 9}, 50);
    assert_int_equal(lanes_depth(lanes, LANE_RASTER), 3);
    lanes_drop(lanes, 1);
    assert_int_equal(lanes_depth(lanes, LANE_RASTER), 1);
    assert_int_equal(lanes_turn(lanes, 1000), -1);
    assert_string_equal(order(lanes, 0), "2.1");
    lanes_free(&lanes);
}

static void suspects_go_first(void **state)
{
    struct lanes *lanes = lanes_new();

    (void)state;
    add(lanes, 1, 1);
    add(lanes, 1, 2);
    lanes_add(lanes, (struct work){.lane = LANE_RASTER, .job = 2, .item = 7, .suspect = true}, 0);
    lanes_add(lanes, (struct work){.lane = LANE_RASTER, .job = 2, .item = 8, .suspect = true}, 50);
    lanes_add(lanes, (struct work){.lane = LANE_RASTER, .job = 3, .item = 9, .suspect = true}, 0);
    assert_true(lanes_suspect(lanes, STAGE_RASTERIZER));
    assert_false(lanes_suspect(lanes, STAGE_VISION));
    assert_int_equal(lanes_due(lanes, LANE_RASTER), 4);
    lanes_turn(lanes, 50);
    lanes_drop(lanes, 3);
    assert_int_equal(lanes_due(lanes, LANE_RASTER), 4);
    assert_string_equal(order(lanes, 0), "2.7 2.8 1.1 1.2");
    assert_false(lanes_suspect(lanes, STAGE_RASTERIZER));
    lanes_free(&lanes);
}

static void later_work_waits_for_its_time(void **state)
{
    struct lanes *lanes = lanes_new();
    struct work work;

    (void)state;
    lanes_add(lanes, (struct work){.lane = LANE_FETCH, .job = 1}, 500);
    lanes_add(lanes, (struct work){.lane = LANE_STORE, .job = 2}, 300);
    assert_int_equal(lanes_turn(lanes, 100), 300);
    assert_false(lanes_take(lanes, LANE_STORE, false, 0, NULL, &work));
    assert_int_equal(lanes_turn(lanes, 300), 500);
    assert_true(lanes_take(lanes, LANE_STORE, false, 0, NULL, &work));
    assert_int_equal(work.job, 2);
    assert_int_equal(lanes_turn(lanes, 500), -1);
    assert_true(lanes_take(lanes, LANE_FETCH, false, 0, NULL, &work));
    lanes_free(&lanes);
}

static void unproven_deaths_double_the_pause(void **state)
{
    struct throttle throttle = {0};
    const int64_t pauses[] = {1000, 2000, 4000, 8000, 10000, 10000};

    (void)state;
    for (size_t i = 0; i < sizeof pauses / sizeof pauses[0]; i++) {
        throttle_died(&throttle, 1000, 10000, 0, 50);
        assert_int_equal(throttle.until_ms, 50 + pauses[i]);
    }
    for (int i = 0; i < 100; i++)
        throttle_died(&throttle, 60000, 3600000, 0, 0);
    assert_int_equal(throttle.until_ms, 3600000);
    throttle_proven(&throttle);
    assert_int_equal(throttle.until_ms, 0);
    throttle_died(&throttle, 1000, 10000, 999, 0);
    assert_in_range(throttle.until_ms, 750, 1000);
}

static void a_link_is_fresh_for_an_hour_or_a_quarter_of_its_life(void **state)
{
    (void)state;
    assert_int_equal(outbox_fresh_s(86400), 3600);
    assert_int_equal(outbox_fresh_s(14400), 3600);
    assert_int_equal(outbox_fresh_s(600), 150);
    assert_int_equal(outbox_fresh_s(60), 15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_is_fresh_for_an_hour_or_a_quarter_of_its_life),
        cmocka_unit_test(jobs_take_turns),
        cmocka_unit_test(short_jobs_go_first_but_not_for_ever),
        cmocka_unit_test(tenants_take_turns),
        cmocka_unit_test(each_worker_has_a_run_of_pages),
        cmocka_unit_test(who_is_free_takes_the_rest_of_a_run_from_its_end),
        cmocka_unit_test(a_run_is_of_one_job),
        cmocka_unit_test(a_new_job_waits_one_turn_of_the_others),
        cmocka_unit_test(a_preferred_job_goes_on_while_it_has_work),
        cmocka_unit_test(dropped_work_does_not_come_out),
        cmocka_unit_test(suspects_go_first),
        cmocka_unit_test(later_work_waits_for_its_time),
        cmocka_unit_test(unproven_deaths_double_the_pause),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

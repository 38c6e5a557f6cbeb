/* test_outage - which lane waits, for whose outage, and until when */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/timer.h"
#include "supervisor/base/production.h"
#include "supervisor/base/service.h"
#include "supervisor/schedule/outage.h"
#include "supervisor/schedule/schedule.h"
#include "tests/unit/pool_rig.h"
#include "tests/unit/scratch.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static struct service service;
static struct schedule schedule;
static const struct wire_failed unavailable = {.code = "MODEL_UNAVAILABLE", .detail = "", .retryable = true};

static void begin(void)
{
    service = (struct service){.conf = conf_load(NULL, stderr), .now_ms = 1000};
    assert_non_null(service.conf);
    schedule = (struct schedule){.service = &service, .pool = rig_pool(service.conf), .lanes = lanes_new()};
}

static void end(void)
{
    worker_pool_free(&schedule.pool);
    lanes_free(&schedule.lanes);
    conf_free(&service.conf);
}

static bool absorbs(enum lane_id lane, const struct wire_failed *failed, int64_t failed_ms, bool charged)
{
    const struct lease lease = {.work = {.lane = lane, .job = 1, .item = 1}, .issued_ms = service.now_ms};

    return outage_absorbs_failure(&schedule, &lease, failed, failed_ms, charged);
}

/* Two leases come back like that, and nobody got through. */
static void break_down(enum lane_id lane)
{
    assert_true(absorbs(lane, &unavailable, 0, false));
    assert_true(absorbs(lane, &unavailable, 0, false));
}

static void settle(enum lane_id lane, enum wire_type type, const char *code)
{
    struct wire result;

    wire_init(&result, type);
    if (type == WIRE_FAILED)
        result.failed = (struct wire_failed){.code = code, .detail = ""};
    outage_on_settled(&schedule, lane, &result);
    wire_clear(&result);
}

static void an_outage_of_the_model_holds_its_lanes_back(void **state)
{
    (void)state;
    begin();
    assert_true(outage_allows(&schedule, LANE_EXPLAIN));
    break_down(LANE_EXPLAIN);
    assert_false(outage_allows(&schedule, LANE_EXPLAIN));
    assert_true(outage_allows(&schedule, LANE_RASTER));
    assert_int_equal(outage_ms(&schedule, LANE_RASTER), -1);
    assert_int_equal(outage_next(&schedule), TIMER_NONE); /* nothing waits for its end */
    lanes_add(schedule.lanes, (struct work){.lane = LANE_EXPLAIN, .job = 1}, 0);
    service.now_ms = outage_next(&schedule);
    assert_true(service.now_ms > 4000 && service.now_ms <= 6000);
    assert_int_equal(outage_ms(&schedule, LANE_EXPLAIN), service.now_ms - 1000);
    assert_true(outage_allows(&schedule, LANE_EXPLAIN));
    end();
}

static void one_at_a_time_goes_out_to_see(void **state)
{
    struct worker *vision;

    (void)state;
    begin();
    vision = rig_worker(schedule.pool, STAGE_VISION, 4);
    break_down(LANE_EXPLAIN);
    service.now_ms += 6000;
    worker_lease(vision, 1, (struct work){.lane = LANE_OVERVIEW});
    assert_true(outage_allows(&schedule, LANE_EXPLAIN));
    worker_lease(vision, 2, (struct work){.lane = LANE_EXPLAIN});
    assert_false(outage_allows(&schedule, LANE_EXPLAIN));
    end();
}

static void any_answer_ends_it(void **state)
{
    static const struct {
        const char *sentence;
        enum wire_type type;
        const char *code;
        bool ends;
    } rows[] = {
        {"a result", WIRE_EXPLAINED, NULL, true},
        {"a refusal is an answer, too", WIRE_FAILED, "MODEL_REFUSED", true},
        {"so is an answer that cannot be used", WIRE_FAILED, "MODEL_BAD_ANSWER", true},
        {"no answer is none", WIRE_FAILED, "MODEL_TIMEOUT", false},
        {"a code that nobody knows says nothing", WIRE_FAILED, "what", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        begin();
        break_down(LANE_EXPLAIN);
        settle(LANE_EXPLAIN, rows[i].type, rows[i].code);
        if (outage_allows(&schedule, LANE_EXPLAIN) != rows[i].ends)
            fail_msg("%s", rows[i].sentence);
        end();
    }
}

static void what_is_the_works_own_fault_is_charged(void **state)
{
    const struct wire_failed for_good = {.code = "MODEL_UNAVAILABLE", .detail = ""},
                             bad = {.code = "MODEL_BAD_ANSWER", .detail = "", .retryable = true};

    (void)state;
    begin();
    assert_false(absorbs(LANE_EXPLAIN, &for_good, 0, false));
    assert_false(absorbs(LANE_EXPLAIN, &bad, 0, false));
    assert_false(absorbs(LANE_RASTER, &unavailable, 0, false)); /* it asks nobody */
    settle(LANE_EXPLAIN, WIRE_EXPLAINED, NULL);
    assert_false(
        absorbs(LANE_EXPLAIN, &unavailable, service.now_ms - 1, false)); /* others got through since */
    assert_false(absorbs(LANE_EXPLAIN, &unavailable, 0, true));
    assert_true(outage_allows(&schedule, LANE_EXPLAIN));
    end();
}

static void one_that_is_not_waited_out_is_charged(void **state)
{
    (void)state;
    begin();
    service.conf->limit_outage_s = 0;
    assert_false(absorbs(LANE_EXPLAIN, &unavailable, 0, false));
    assert_false(absorbs(LANE_EXPLAIN, &unavailable, 0, false));
    assert_true(outage_allows(&schedule, LANE_EXPLAIN));
    end();
}

static void what_the_service_lacks_holds_the_work_for_it_back(void **state)
{
    (void)state;
    begin();
    service.lacks = 1u << LACK_MODEL;
    assert_false(outage_allows(&schedule, LANE_EXPLAIN) || outage_allows(&schedule, LANE_POLL));
    assert_true(outage_allows(&schedule, LANE_FETCH));
    service.lacks = 1u << LACK_BUCKET;
    assert_false(outage_allows(&schedule, LANE_FETCH) || outage_allows(&schedule, LANE_STORE));
    assert_true(outage_allows(&schedule, LANE_EXPLAIN) && outage_allows(&schedule, LANE_NOTIFY));
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_outage_of_the_model_holds_its_lanes_back),
        cmocka_unit_test(one_at_a_time_goes_out_to_see),
        cmocka_unit_test(any_answer_ends_it),
        cmocka_unit_test(what_is_the_works_own_fault_is_charged),
        cmocka_unit_test(one_that_is_not_waited_out_is_charged),
        cmocka_unit_test(what_the_service_lacks_holds_the_work_for_it_back),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

/* test_dispatch - which work becomes a lease, of whom, and when it does not */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "supervisor/schedule/dispatch.h"
#include "tests/unit/pool_rig.h"
#include "tests/unit/scratch.h"

static struct service service = {.now_ms = 1000};
static struct schedule schedule;

/* What stands in for the jobs: which work still counts, and what is filled in. */
struct source {
    bool counts, fills;
    bool defers;     /* the next piece turns out to be greedy, and waits again */
    const char *key; /* of a FETCH; too long a one cannot be sent */
    unsigned begun, filled, leased;
};

static bool begin_work(void *arg, struct draft *draft)
{
    struct source *source = arg;

    source->begun++;
    draft->attempt = 3;
    return source->counts;
}

static bool fill(void *arg, struct draft *draft)
{
    struct source *source = arg;

    source->filled++;
    draft->message.fetch = (struct wire_fetch){
        .lease = draft->lease, .job = "job", .attempt = draft->attempt, .key = source->key};
    if (source->defers) {
        draft->work.greedy = true;
        lanes_add(schedule.lanes, draft->work, 0);
        source->defers = false;
        return false;
    }
    return source->fills;
}

static void leased(void *arg, struct draft *draft, const struct lease *lease)
{
    struct source *source = arg;

    assert_int_equal(lease->id, draft->lease);
    source->leased++;
}

static struct source source;

static void begin(const char *folder)
{
    service.conf = conf_load(NULL, stderr);
    assert_non_null(service.conf);
    service.draining = false;
    source = (struct source){.counts = true, .fills = true, .key = "a.pdf"};
    schedule = (struct schedule){
        .service = &service,
        .pool = rig_pool(service.conf),
        .lanes = lanes_new(),
        .blobs = blobs_open(folder),
        .source = {.begin = begin_work, .fill = fill, .leased = leased, .arg = &source},
    };
}

static void end(void)
{
    worker_pool_free(&schedule.pool);
    lanes_free(&schedule.lanes);
    blobs_close(&schedule.blobs);
    conf_free(&service.conf);
}

static void add_fetches(int64_t jobs)
{
    for (int64_t job = 1; job <= jobs; job++)
        lanes_add(schedule.lanes, (struct work){.lane = LANE_FETCH, .job = job}, 0);
}

static void as_much_goes_out_as_there_is_credit(void **state)
{
    struct worker *courier;

    (void)state;
    begin("credit");
    courier = rig_worker(schedule.pool, STAGE_COURIER, 2);
    rig_worker(schedule.pool, STAGE_RASTERIZER, 8);
    add_fetches(3);
    dispatch(&schedule);
    assert_int_equal(worker_held(courier), 2);
    assert_int_equal(source.leased, 2);
    assert_int_equal(schedule.leased[LANE_FETCH], 2);
    assert_int_equal(lanes_due(schedule.lanes, LANE_FETCH), 1);
    assert_int_equal(TAILQ_FIRST(worker_leases(courier))->attempt, 3);
    assert_int_equal(TAILQ_FIRST(worker_leases(courier))->deadline_ms,
                     1000 + dispatch_deadline_ms(service.conf, STAGE_COURIER));
    end();
}

static void add_greedy(int64_t jobs)
{
    for (int64_t job = 1; job <= jobs; job++)
        lanes_add(schedule.lanes, (struct work){.lane = LANE_FETCH, .job = 100 + job, .greedy = true}, 0);
}

static void half_of_the_workers_take_greedy_work_and_nothing_behind_it(void **state)
{
    struct worker *couriers[4];
    unsigned greedy = 0;

    (void)state;
    begin("greedy");
    for (int i = 0; i < 4; i++)
        couriers[i] = rig_worker(schedule.pool, STAGE_COURIER, 3);
    add_greedy(9);
    dispatch(&schedule);
    assert_int_equal(source.leased, 2);
    assert_false(dispatch_is_due(&schedule, LANE_FETCH)); /* what is left has to wait: nothing stands still */
    add_fetches(9);
    assert_true(dispatch_is_due(&schedule, LANE_FETCH));
    dispatch(&schedule);
    for (int i = 0; i < 4; i++) {
        bool is_greedy = TAILQ_FIRST(worker_leases(couriers[i]))->work.greedy;

        greedy += is_greedy;
        assert_int_equal(worker_held(couriers[i]), is_greedy ? 1 : 3);
        assert_int_equal(dispatch_has_credit(&schedule, couriers[i]), false);
    }
    assert_int_equal(greedy, 2);
    assert_int_equal(lanes_due(schedule.lanes, LANE_FETCH), 7 + 3);
    end();
}

static void greedy_work_waits_for_the_rest_but_not_for_ever(void **state)
{
    struct worker *courier;

    (void)state;
    begin("only");
    courier = rig_worker(schedule.pool, STAGE_COURIER, 1);
    add_greedy(3);
    add_fetches(4);
    for (int64_t ms = 0; ms <= 4000; ms += 1000) {
        service.now_ms = 1000 + ms;
        dispatch(&schedule);
        assert_int_equal(TAILQ_FIRST(worker_leases(courier))->work.greedy, ms == 3000);
        free(worker_settle(courier, TAILQ_FIRST(worker_leases(courier))->id));
        if (ms == 1000)
            assert_int_equal(lanes_due_greedy(schedule.lanes, LANE_FETCH), 3);
    }
    dispatch(&schedule); /* nothing else is left */
    assert_true(TAILQ_FIRST(worker_leases(courier))->work.greedy);
    assert_false(dispatch_is_due(&schedule, LANE_FETCH));
    service.now_ms = 1000;
    end();
}

static void what_turns_out_to_be_greedy_has_not_waited_yet(void **state)
{
    const struct worker *courier;

    (void)state;
    begin("turned");
    courier = rig_worker(schedule.pool, STAGE_COURIER, 1);
    service.now_ms = 100000;
    source.defers = true;
    add_fetches(2);
    dispatch(&schedule);
    assert_int_equal(lanes_due_greedy(schedule.lanes, LANE_FETCH), 1);
    assert_false(TAILQ_FIRST(worker_leases(courier))->work.greedy);
    service.now_ms = 1000;
    end();
}

/* What the worker was given, in order: "r" a page, "i" a document to look into, with the job. */
static void assert_given(const struct worker *worker, const char *wanted)
{
    char given[256] = "", one[32];
    const struct lease *lease;

    TAILQ_FOREACH(lease, worker_leases(worker), link)
    {
        snprintf(one, sizeof one, "%s%d ", lease->work.lane == LANE_RASTER ? "r" : "i", (int)lease->work.job);
        strcat(given, one);
    }
    assert_string_equal(given, wanted);
}

static void a_job_keeps_its_turn_while_greedy_documents_wait(void **state)
{
    struct worker *rasterizer;

    (void)state;
    begin("turn");
    rasterizer = rig_worker(schedule.pool, STAGE_RASTERIZER, 8);
    lanes_add(schedule.lanes, (struct work){.lane = LANE_RASTER, .job = 1, .item = 1}, 0);
    dispatch(&schedule);
    worker_note_document(rasterizer, 1, "one.pdf", service.now_ms);
    lanes_add(schedule.lanes, (struct work){.lane = LANE_RASTER, .job = 1, .item = 2}, 0);
    lanes_add(schedule.lanes, (struct work){.lane = LANE_INSPECT, .job = 2, .greedy = true}, 0);
    dispatch(&schedule);
    assert_given(rasterizer, "r1 r1 i2 ");
    service.now_ms = 1000;
    end();
}

static void documents_come_first_but_not_for_ever(void **state)
{
    struct worker *rasterizer;

    (void)state;
    begin("documents");
    rasterizer = rig_worker(schedule.pool, STAGE_RASTERIZER, 30);
    lanes_add(schedule.lanes, (struct work){.lane = LANE_RASTER, .job = 99, .item = 1}, 0);
    for (int64_t job = 1; job <= 18; job++)
        lanes_add(schedule.lanes, (struct work){.lane = LANE_INSPECT, .job = job}, 0);
    dispatch(&schedule);
    assert_given(rasterizer, "i1 i2 i3 i4 i5 i6 i7 i8 i9 i10 i11 i12 i13 i14 i15 i16 r99 i17 i18 ");
    end();
}

static void work_that_no_longer_counts_is_dropped(void **state)
{
    struct worker *courier;

    (void)state;
    begin("dropped");
    courier = rig_worker(schedule.pool, STAGE_COURIER, 2);
    source.counts = false;
    add_fetches(3);
    dispatch(&schedule);
    assert_int_equal(source.begun, 3);
    assert_int_equal(source.filled, 0);
    assert_int_equal(worker_held(courier), 0);
    assert_int_equal(lanes_depth(schedule.lanes, LANE_FETCH), 0);
    end();
}

static void what_cannot_be_filled_is_no_lease(void **state)
{
    struct worker *courier;

    (void)state;
    begin("unfilled");
    courier = rig_worker(schedule.pool, STAGE_COURIER, 2);
    source.fills = false;
    add_fetches(1);
    dispatch(&schedule);
    assert_int_equal(source.filled, 1);
    assert_int_equal(worker_held(courier), 0);
    assert_int_equal(schedule.leased[LANE_FETCH], 0);
    end();
}

/* It is a lease all the same, so that the job machine fails it in its turn. */
static void a_message_that_fits_no_row_is_told_of_by_its_lease(void **state)
{
    static char long_key[5000];
    struct worker *courier;

    (void)state;
    begin("misfit");
    memset(long_key, 'k', sizeof long_key - 1);
    courier = rig_worker(schedule.pool, STAGE_COURIER, 1);
    source.key = long_key;
    add_fetches(1);
    dispatch(&schedule);
    assert_int_equal(worker_held(courier), 1);
    assert_string_equal(TAILQ_FIRST(worker_leases(courier))->misfit, "key");
    assert_true(rig_is_silent(courier));
    end();
}

static void while_one_is_suspect_each_worker_holds_one(void **state)
{
    struct worker *courier;

    (void)state;
    begin("suspect");
    courier = rig_worker(schedule.pool, STAGE_COURIER, 4);
    lanes_add(schedule.lanes, (struct work){.lane = LANE_FETCH, .job = 9, .suspect = true}, 0);
    add_fetches(2);
    dispatch(&schedule);
    assert_int_equal(worker_held(courier), 1);
    assert_int_equal(TAILQ_FIRST(worker_leases(courier))->work.job, 9);
    end();
}

static void nothing_goes_out_when_the_service_stops(void **state)
{
    struct worker *courier;

    (void)state;
    begin("stops");
    courier = rig_worker(schedule.pool, STAGE_COURIER, 1);
    service.draining = true;
    add_fetches(1);
    dispatch(&schedule);
    assert_int_equal(worker_held(courier), 0);
    assert_int_equal(lanes_due(schedule.lanes, LANE_FETCH), 1);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_much_goes_out_as_there_is_credit),
        cmocka_unit_test(half_of_the_workers_take_greedy_work_and_nothing_behind_it),
        cmocka_unit_test(greedy_work_waits_for_the_rest_but_not_for_ever),
        cmocka_unit_test(what_turns_out_to_be_greedy_has_not_waited_yet),
        cmocka_unit_test(a_job_keeps_its_turn_while_greedy_documents_wait),
        cmocka_unit_test(documents_come_first_but_not_for_ever),
        cmocka_unit_test(work_that_no_longer_counts_is_dropped),
        cmocka_unit_test(what_cannot_be_filled_is_no_lease),
        cmocka_unit_test(a_message_that_fits_no_row_is_told_of_by_its_lease),
        cmocka_unit_test(while_one_is_suspect_each_worker_holds_one),
        cmocka_unit_test(nothing_goes_out_when_the_service_stops),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

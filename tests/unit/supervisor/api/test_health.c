/* test_health - what the service lacks, and whether it can be given work */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

#include "supervisor/api/health.h"
#include "supervisor/base/production.h"
#include "tests/unit/scratch.h"
#include "tests/unit/api_rig.h"

static json_t *look(bool whole, bool *healthy)
{
    char *text = health_json(&api.ask.vitals, whole, healthy);
    json_t *health = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

    assert_non_null(health);
    free(text);
    return health;
}

/* How many of the reasons contain that text. */
static unsigned missing(const char *text)
{
    bool healthy;
    json_t *health = look(false, &healthy), *list = json_object_get(health, "missing");
    unsigned found = 0;

    for (size_t i = 0; i < json_array_size(list); i++)
        found += strstr(json_string_value(json_array_get(list, i)), text) != NULL;
    assert_int_equal(healthy, json_array_size(list) == 0);
    assert_string_equal(json_string_value(json_object_get(health, "status")),
                        healthy ? "healthy" : "unhealthy");
    json_decref(health);
    return found;
}

static struct worker *add_worker(enum stage_kind kind, const char *lacks)
{
    static uint64_t generation = 5000;
    const struct wire_hello hello = {
        .credit = 4, .lacks = lacks, .engine = "openai", .model = "gpt-4o", .fingerprint = "", .prompt = ""};
    struct worker *worker;
    char name[64];

    snprintf(name, sizeof name, "health-%llu", (unsigned long long)++generation);
    worker = worker_new(worker_pool_context(rig.jobs.pool), kind, (unsigned)generation, generation, name, 0);
    worker_hello(worker, &hello);
    worker_pool_add(rig.jobs.pool, worker);
    return worker;
}

static void staff(void)
{
    for (int i = 0; i < STAGE_KINDS; i++)
        if (i != STAGE_FRONT)
            add_worker((enum stage_kind)i, "");
}

static void each_stage_must_have_a_ready_worker(void **state)
{
    bool healthy;
    json_t *health;

    (void)state;
    assert_int_equal(missing("no worker is ready"), STAGE_KINDS - 1); /* no front is wanted here */
    assert_non_null(strstr(health_unready(rig.jobs.pool), "no worker is ready"));
    staff();
    assert_int_equal(missing(""), 0);
    assert_null(health_unready(rig.jobs.pool));
    health = look(false, &healthy);
    assert_true(healthy);
    assert_string_equal(json_string_value(json_object_get(health, "engine")), "openai");
    assert_null(json_object_get(health, "queues")); /* others' work is for admins */
    json_decref(health);
    health = look(true, &healthy);
    assert_int_equal(json_object_size(json_object_get(health, "queues")), LANES);
    assert_int_equal(json_object_size(json_object_get(health, "stages")), STAGE_KINDS);
    json_decref(health);
}

static void what_a_worker_lacks_is_told_once(void **state)
{
    (void)state;
    staff();
    add_worker(STAGE_VISION, "tesseract \"deu\"");
    add_worker(STAGE_VISION, "tesseract \"deu\"");
    assert_int_equal(missing("tesseract \"deu\""), 1);
    assert_string_equal(health_unready(rig.jobs.pool), "it lacks tesseract \"deu\"");
}

static void what_the_service_itself_lacks_is_told(void **state)
{
    (void)state;
    staff();
    rig.service.lacks = 1u << LACK_MODEL;
    assert_int_equal(missing(production_variable(LACK_MODEL)), 1);
    rig.service.lacks = 0;
    rig.service.draining = true;
    assert_int_equal(missing("stopping"), 1);
    rig.service.draining = false;
    rig.schedule.stalls[LANE_FETCH].strikes = 1;
    assert_int_equal(missing("stands still"), 1);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, api_begin, api_end)
    const struct CMUnitTest tests[] = {
        CASE(each_stage_must_have_a_ready_worker),
        CASE(what_a_worker_lacks_is_told_once),
        CASE(what_the_service_itself_lacks_is_told),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

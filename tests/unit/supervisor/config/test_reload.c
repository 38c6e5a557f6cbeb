/* test_reload - new parameters are followed whole, or not at all */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "supervisor/config/reload.h"
#include "tests/unit/pool_rig.h"
#include "tests/unit/scratch.h"

static struct service service;
static struct reload reload;
static struct worker *courier, *rasterizer;

static void write_config(const char *text)
{
    FILE *file = fopen("slidemill.cfg", "w");

    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static int begin(void **state)
{
    (void)state;
    write_config("stages: { courier: { count = 2; }; };");
    service = (struct service){.conf = conf_load("slidemill.cfg", stderr), .now_ms = 1000};
    if (service.conf == NULL)
        return -1;
    reload = (struct reload){.service = &service,
                             .pool = rig_pool(service.conf),
                             .file = "slidemill.cfg",
                             .state_dir = strdup(service.conf->state_dir),
                             .store_dir = strdup(service.conf->store_dir)};
    conf_set(&service.conf->state_dir, "/resolved"); /* as state_folder_enter does */
    conf_set(&service.conf->model_dialects, "{\"learned\":1}");
    courier = rig_worker(reload.pool, STAGE_COURIER, 1);
    rasterizer = rig_worker(reload.pool, STAGE_RASTERIZER, 1);
    return 0;
}

static int end(void **state)
{
    (void)state;
    worker_pool_free(&reload.pool);
    conf_free(&service.conf);
    free(reload.state_dir);
    free(reload.store_dir);
    return 0;
}

static void a_new_count_is_followed(void **state)
{
    (void)state;
    write_config("stages: { courier: { count = 3; }; };");
    reload_now(&reload);
    assert_int_equal(worker_pool_wanted(reload.pool, STAGE_COURIER), 3);
    assert_string_equal(service.conf->state_dir, "/resolved"); /* what was derived at the start stays */
    assert_string_equal(service.conf->model_dialects, "{\"learned\":1}");
}

static void only_workers_that_read_it_are_relieved(void **state)
{
    (void)state;
    write_config("stages: { courier: { count = 2; }; rasterizer: { quality = 61; }; };");
    reload_now(&reload);
    assert_int_equal(service.conf->rasterizer_quality, 61);
    assert_true(worker_is_outdated(rasterizer));
    assert_false(worker_is_outdated(courier));
}

static void what_is_wrong_changes_nothing(void **state)
{
    static const char *const configs[] = {
        "stages: { courier: { count = 3; };",                                      /* does not end */
        "stages: { courier: { count = -5; }; rasterizer: { quality = 61; }; };",   /* out of bounds */
        "stages: { courier: { count = 3; }; }; http: { port = 1234; };",           /* needs a restart */
        "stages: { courier: { count = 3; }; }; budget: { day_usd = \"a lot\"; };", /* cannot be used */
        "stages: { courier: { count = 3; }; }; model: { prompts = \"/nowhere/\"; };",
        "\xff\xfe",
    };
    const struct conf *before = service.conf;

    (void)state;
    for (size_t i = 0; i < sizeof configs / sizeof *configs; i++) {
        write_config(configs[i]);
        reload_now(&reload);
        if (service.conf != before || worker_pool_wanted(reload.pool, STAGE_COURIER) != 2 ||
            worker_is_outdated(courier) || worker_is_outdated(rasterizer))
            fail_msg("configuration %zu was followed", i);
    }
    remove("slidemill.cfg"); /* gone: so are the parameters it set, not the service */
    reload_now(&reload);
    assert_ptr_equal(service.conf, before);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        CASE(a_new_count_is_followed),
        CASE(only_workers_that_read_it_are_relieved),
        CASE(what_is_wrong_changes_nothing),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

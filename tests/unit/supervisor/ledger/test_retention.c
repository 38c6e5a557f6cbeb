/* test_retention - what has ended and is old goes, in slices; what is open or owed stays whatever its age */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "supervisor/ledger/ledger_sql.h"
#include "supervisor/ledger/retention.h"
#include "tests/unit/scratch.h"

static struct service service;
static struct ledger *ledger;

static int begin(void **state)
{
    static unsigned number;
    char name[32];

    (void)state;
    snprintf(name, sizeof name, "%u.sqlite", ++number);
    service = (struct service){.conf = conf_load(NULL, stderr), .now_ms = 1};
    ledger = ledger_open(name);
    return service.conf == NULL;
}

static int end(void **state)
{
    (void)state;
    ledger_commit(ledger);
    ledger_close(&ledger);
    conf_free(&service.conf);
    return 0;
}

static int64_t add_job(const char *name, enum job_state job_state)
{
    struct job_row row = {.job = (char *)name,
                          .digest = (char *)"",
                          .key = (char *)"",
                          .email = (char *)"",
                          .language = (char *)"",
                          .filename = (char *)"",
                          .document = (char *)""},
                   found;

    assert_true(ledger_job_add(ledger, &row));
    assert_true(ledger_job_find(ledger, "", name, &found));
    found.state = job_state;
    ledger_job_update(ledger, &found);
    job_row_clear(&found);
    return row.id;
}

static bool is_there(int64_t id)
{
    struct job_row row;

    if (!ledger_job_read(ledger, id, &row))
        return false;
    job_row_clear(&row);
    return true;
}

/* One pass from its first slice to its last; returns how many slices it took. */
static unsigned pass(struct retention *retention)
{
    unsigned slices = 0;
    int64_t due_ms;

    do {
        slices++;
        due_ms = retention_turn(retention);
        assert_true(due_ms > service.now_ms);
        service.now_ms = due_ms;
    } while (retention->step != 0 || retention->lease != 0 ||
             retention->attempts + retention->jobs + retention->answers > 0);
    return slices;
}

static void old_jobs_go_when_they_have_ended_and_nothing_is_owed(void **state)
{
    struct retention retention = {.service = &service, .ledger = ledger};
    int64_t done = add_job("done", JOB_COMPLETED), failed = add_job("failed", JOB_FAILED);
    int64_t open = add_job("open", JOB_WORKING), owed = add_job("owed", JOB_COMPLETED);

    (void)state;
    ledger_outbox_add(ledger, "msg_1", owed, "{}", 0);
    pass(&retention);
    assert_true(is_there(done) && is_there(failed));    /* a month has not passed */
    sql_exec(ledger, "UPDATE jobs SET updated_ms = 0"); /* now they are all old */
    pass(&retention);
    assert_false(is_there(done) || is_there(failed));
    assert_true(is_there(open) && is_there(owed));
    ledger_outbox_end(ledger, "msg_1", false, 9, 500); /* given up: it is owed no more */
    pass(&retention);
    assert_false(is_there(owed));
    assert_true(is_there(open));
}

static void a_pass_goes_in_slices_with_a_pause_after_each(void **state)
{
    struct retention retention = {.service = &service, .ledger = ledger};
    char name[16];
    int64_t first;

    (void)state;
    for (int i = 0; i < 600; i++) {
        snprintf(name, sizeof name, "job-%d", i);
        first = add_job(name, JOB_COMPLETED);
    }
    sql_exec(ledger, "UPDATE jobs SET updated_ms = 0");
    assert_true(pass(&retention) >= 5); /* attempts, jobs in three or more, answers */
    assert_false(is_there(first));
}

static void nothing_is_done_before_it_is_due_or_while_draining(void **state)
{
    struct retention retention = {.service = &service, .ledger = ledger, .due_ms = 1000};
    int64_t done = add_job("done", JOB_COMPLETED);

    (void)state;
    sql_exec(ledger, "UPDATE jobs SET updated_ms = 0");
    service.now_ms = 999;
    for (int i = 0; i < 5; i++)
        assert_int_equal(retention_turn(&retention), 1000);
    assert_true(is_there(done));
    service.now_ms = 5000;
    service.draining = true;
    assert_int_equal(retention_turn(&retention), -1);
    assert_true(is_there(done));
}

static void a_pass_comes_again_as_often_as_the_shortest_time_asks(void **state)
{
    struct retention retention = {.service = &service, .ledger = ledger};

    (void)state;
    pass(&retention);
    assert_int_equal(retention.due_ms - service.now_ms, 0);
    service.conf->retention_cache_s = 7;
    service.now_ms = 1000000;
    retention.due_ms = 0;
    while (retention_turn(&retention) - service.now_ms < 1000)
        service.now_ms = retention.due_ms;
    assert_int_equal(retention.due_ms - service.now_ms, 7000);
    service.conf->retention_cache_s = 1000000;
    service.now_ms = retention.due_ms;
    while (retention_turn(&retention) - service.now_ms < 1000)
        service.now_ms = retention.due_ms;
    assert_int_equal(retention.due_ms - service.now_ms, 60000);
}

static void answers_go_by_age_and_by_size(void **state)
{
    struct retention retention = {.service = &service, .ledger = ledger};
    char *engine, *model, *answer, *large = calloc(1, 700 * 1024);

    (void)state;
    memset(large, 'x', 700 * 1024 - 1);
    ledger_cache_add(ledger, "one", large, "openai", "m");
    ledger_cache_add(ledger, "two", large, "openai", "m");
    service.conf->retention_cache_mb = 1; /* room for one */
    pass(&retention);
    answer = ledger_cache_find(ledger, "one", &engine, &model);
    if (answer == NULL) {
        answer = ledger_cache_find(ledger, "two", &engine, &model);
        assert_non_null(answer);
    } else
        assert_null(ledger_cache_find(ledger, "two", &engine, &model));
    free(answer);
    free(engine);
    free(model);
    sql_exec(ledger, "UPDATE cache SET created_ms = 0");
    pass(&retention);
    assert_null(ledger_cache_find(ledger, "one", &engine, &model));
    assert_null(ledger_cache_find(ledger, "two", &engine, &model));
    free(large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
        TEST(old_jobs_go_when_they_have_ended_and_nothing_is_owed),
        TEST(a_pass_goes_in_slices_with_a_pause_after_each),
        TEST(nothing_is_done_before_it_is_due_or_while_draining),
        TEST(a_pass_comes_again_as_often_as_the_shortest_time_asks),
        TEST(answers_go_by_age_and_by_size),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

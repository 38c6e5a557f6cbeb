/* test_outbox - a callback is owed from a job's end until it is delivered or given up */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "supervisor/outbox/outbox.h"
#include "tests/unit/scratch.h"

static struct service service;
static struct ledger *ledger;
static struct lanes *lanes;
static struct tenants *tenants;
static struct job_row job;

static char *body_of(void *arg, const struct job_row *row)
{
    (void)arg;
    return strdup(row->job);
}

static struct outbox *again(void)
{
    return outbox_new(&service, ledger, lanes, tenants, body_of, NULL);
}

static struct outbox *begin(const char *name)
{
    service.conf = conf_load(NULL, stderr);
    assert_non_null(service.conf);
    conf_set(&service.conf->callback_url, "http://127.0.0.1:1/");
    ledger = ledger_open(name);
    lanes = lanes_new();
    tenants = tenants_new();
    job = (struct job_row){.job = (char *)"lecture-1",
                           .digest = (char *)"digest",
                           .key = (char *)"a.pdf",
                           .email = (char *)"",
                           .language = (char *)"English",
                           .filename = (char *)"",
                           .document = (char *)"",
                           .tenant = (char *)""};
    assert_true(ledger_job_add(ledger, &job));
    return again();
}

static void end(struct outbox *outbox)
{
    outbox_free(&outbox);
    lanes_free(&lanes);
    tenants_free(&tenants);
    ledger_close(&ledger);
    conf_free(&service.conf);
}

static struct work taken(void)
{
    struct work work = {.job = -1};

    lanes_take(lanes, LANE_NOTIFY, false, 0, NULL, &work);
    return work;
}

static void a_callback_is_owed_until_it_is_delivered(void **state)
{
    struct outbox *outbox = begin("delivered.sqlite");
    struct owed owed;

    (void)state;
    assert_true(outbox_empty(outbox));
    outbox_add(outbox, &job);
    assert_false(outbox_empty(outbox));
    outbox_turn(outbox);
    assert_int_equal(taken().job, job.id);
    assert_true(outbox_find(outbox, job.id, &owed));
    assert_string_equal(owed.name, "lecture-1");
    assert_int_equal(owed.attempt, 1);
    outbox_delivered(outbox, job.id, 200);
    assert_true(outbox_empty(outbox));
    assert_false(outbox_find(outbox, job.id, &owed));
    end(outbox);
}

static void what_failed_for_now_is_tried_later(void **state)
{
    const struct wire_failed failed = {.code = "CALLBACK_UNREACHABLE", .detail = "", .retryable = true};
    struct outbox *outbox = begin("later.sqlite");
    struct owed owed;

    (void)state;
    outbox_add(outbox, &job);
    outbox_turn(outbox);
    assert_int_equal(taken().job, job.id);
    outbox_failed(outbox, job.id, &failed);
    assert_true(outbox_turn(outbox) > 0);
    assert_int_equal(taken().job, -1);
    assert_true(outbox_find(outbox, job.id, &owed));
    assert_int_equal(owed.attempt, 2);
    end(outbox);
}

static void what_failed_for_good_is_given_up(void **state)
{
    const struct wire_failed failed = {.code = "CALLBACK_REFUSED", .detail = "410", .status = 410};
    struct outbox *outbox = begin("gone.sqlite");

    (void)state;
    outbox_add(outbox, &job);
    outbox_turn(outbox);
    outbox_failed(outbox, job.id, &failed);
    assert_true(outbox_empty(outbox));
    end(outbox);
}

static void what_is_owed_is_owed_after_a_restart(void **state)
{
    struct outbox *outbox = begin("restart.sqlite");
    struct owed before, after;
    char event[64];

    (void)state;
    outbox_add(outbox, &job);
    assert_true(outbox_find(outbox, job.id, &before));
    snprintf(event, sizeof event, "%s", before.event);
    outbox_free(&outbox);
    outbox = again();
    assert_true(outbox_find(outbox, job.id, &after));
    assert_string_equal(after.event, event);
    end(outbox);
}

static void without_a_url_nothing_is_owed(void **state)
{
    struct outbox *outbox = begin("none.sqlite");

    (void)state;
    conf_set(&service.conf->callback_url, "");
    outbox_add(outbox, &job);
    assert_int_equal(outbox_count(outbox), 0);
    end(outbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_callback_is_owed_until_it_is_delivered),
        cmocka_unit_test(what_failed_for_now_is_tried_later),
        cmocka_unit_test(what_failed_for_good_is_given_up),
        cmocka_unit_test(what_is_owed_is_owed_after_a_restart),
        cmocka_unit_test(without_a_url_nothing_is_owed),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

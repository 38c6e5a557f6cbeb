/* test_endpoint_rates - which endpoint's rate control counts a call, and what is remembered of it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "supervisor/money/endpoint_rates.h"
#include "tests/unit/scratch.h"

static struct service service;
static struct endpoint_rates rates;
static struct ledger *ledger;

static int begin(void **state)
{
    static unsigned number;
    char name[32];

    (void)state;
    service = (struct service){.conf = conf_load(NULL, stderr), .now_ms = 1000};
    if (service.conf == NULL)
        return -1;
    conf_set(&service.conf->model_name, "gpt-4o");
    conf_set(&service.conf->model_key, "key-of-mine");
    snprintf(name, sizeof name, "%u.sqlite", ++number);
    ledger = ledger_open(name);
    endpoint_rates_open(&rates, service.conf, ledger);
    return 0;
}

static int end(void **state)
{
    (void)state;
    ledger_close(&ledger);
    conf_free(&service.conf);
    return 0;
}

static void an_end_is_counted_where_the_call_was_made(void **state)
{
    struct endpoint_call first, second;
    const struct wire_called answered = {
        .endpoint = 1, .model = "gpt-4o", .verdict = VERDICT_DONE, .status = 200};

    (void)state;
    endpoint_rates_started(&rates, &first, 1000);
    endpoint_rates_started(&rates, &second, 1000);
    assert_int_equal(rates.controls[0].flying, 2);
    assert_ptr_equal(endpoint_rates_current(&rates), &rates.controls[0]);
    service.now_ms = 3000;
    endpoint_rates_heard(&rates, &first, &answered, &service); /* it was the second endpoint that answered */
    assert_int_equal(rates.controls[0].flying, 1);
    assert_int_equal(rates.controls[1].flying, 0);
    assert_int_equal(rates.controls[1].window.done, 1);
    assert_ptr_equal(endpoint_rates_current(&rates), &rates.controls[1]); /* the next call goes there */
    assert_int_equal(endpoint_rates_flying(&rates), 1);
    endpoint_rates_lost(&rates, &second);
    assert_int_equal(endpoint_rates_flying(&rates), 0);
}

/* A refusal for the account's rate holds back further calls there, and there alone. */
static void a_refusal_pauses_its_own_endpoint(void **state)
{
    struct endpoint_call call;
    const struct wire_called refused = {
        .model = "", .verdict = VERDICT_REFUSED, .status = 429, .retry_after_ms = 5000};

    (void)state;
    endpoint_rates_started(&rates, &call, 1000);
    service.now_ms = 1020;
    endpoint_rates_heard(&rates, &call, &refused, &service);
    assert_false(rate_control_allows(&rates.controls[0], 8, 5000));
    assert_true(rate_control_allows(&rates.controls[0], 8, 6100));
    assert_true(rate_control_allows(&rates.controls[1], 8, 1020));
}

static void another_model_is_told_once(void **state)
{
    struct endpoint_call call;
    struct wire_called called = {.model = "gpt-4o-2024-08-06", .verdict = VERDICT_DONE, .status = 200};

    (void)state;
    endpoint_rates_started(&rates, &call, 1000);
    endpoint_rates_heard(&rates, &call, &called, &service);
    assert_false(rates.other_told[0]); /* a dated name is the same model */
    called.model = "llama3";
    endpoint_rates_started(&rates, &call, 1000);
    endpoint_rates_heard(&rates, &call, &called, &service);
    assert_true(rates.other_told[0]);
    assert_false(rates.other_told[1]);
}

static unsigned at_once(void)
{
    unsigned count = 0;
    static struct endpoint_call calls[200];

    while (count < 200 && rate_control_allows(endpoint_rates_current(&rates), 200, service.now_ms))
        endpoint_rates_started(&rates, &calls[count++], service.now_ms);
    for (unsigned i = 0; i < count; i++)
        endpoint_rates_lost(&rates, &calls[i]);
    return count;
}

/* 40 calls are let in at once, and answered. */
static void take_40(void)
{
    static struct endpoint_call calls[40];
    const struct wire_called answered = {.model = "gpt-4o", .verdict = VERDICT_DONE, .status = 200};

    for (unsigned i = 0; i < 40;) {
        for (; i < 40 && rate_control_allows(endpoint_rates_current(&rates), 40, service.now_ms); i++)
            endpoint_rates_started(&rates, &calls[i], service.now_ms);
        service.now_ms += 100;
    }
    service.now_ms += 3000;
    for (unsigned i = 0; i < 40; i++)
        endpoint_rates_heard(&rates, &calls[i], &answered, &service);
}

static void what_was_let_in_is_allowed_at_once_after_a_restart(void **state)
{
    char *note;

    (void)state;
    assert_int_equal(at_once(), 1);
    take_40();
    endpoint_rates_keep(&rates, ledger, service.now_ms);
    note = ledger_note(ledger, "endpoints");
    assert_null(strstr(note, "key-of-mine"));
    free(note);
    service.now_ms = 1000; /* another process, another clock */
    endpoint_rates_open(&rates, service.conf, ledger);
    assert_int_equal(at_once(), 40);
}

static void another_account_begins_anew_and_the_first_is_not_forgotten(void **state)
{
    struct endpoint_call under_way;

    (void)state;
    take_40();
    endpoint_rates_started(&rates, &under_way, service.now_ms);
    conf_set(&service.conf->model_key, "another");
    endpoint_rates_reloaded(&rates, service.conf);
    assert_int_equal(endpoint_rates_flying(&rates), 1); /* it is still under way */
    endpoint_rates_lost(&rates, &under_way);
    assert_int_equal(at_once(), 1);
    conf_set(&service.conf->model_key, "key-of-mine");
    endpoint_rates_reloaded(&rates, service.conf);
    assert_int_equal(at_once(), 40);
}

/* Calls that were made to the old account end after the reload: refused, let in, without word, or as it turns
 * out at another endpoint that has changed, too. */
static void calls_to_the_old_account_say_nothing_of_the_new_one(void **state)
{
    struct endpoint_call refused, answered, lost, elsewhere;
    const struct wire_called refusal = {
        .model = "", .verdict = VERDICT_REFUSED, .status = 429, .retry_after_ms = 5000};
    const struct wire_called answer = {.model = "gpt-4o", .verdict = VERDICT_DONE, .status = 200};
    const struct wire_called moved = {.endpoint = 1, .model = "", .verdict = VERDICT_REFUSED, .status = 429};

    (void)state;
    endpoint_rates_started(&rates, &refused, service.now_ms);
    endpoint_rates_started(&rates, &answered, service.now_ms);
    endpoint_rates_started(&rates, &lost, service.now_ms);
    endpoint_rates_started(&rates, &elsewhere, service.now_ms);
    conf_set(&service.conf->model_key, "another");
    conf_set(&service.conf->fallback_1_base_url, "http://127.0.0.1:1/v1");
    endpoint_rates_reloaded(&rates, service.conf);
    service.now_ms += 20;
    endpoint_rates_heard(&rates, &refused, &refusal, &service);
    assert_true(rate_control_allows(&rates.controls[0], 8, service.now_ms));
    endpoint_rates_heard(&rates, &answered, &answer, &service);
    assert_int_equal(rates.controls[0].window.done, 0);
    assert_int_equal(rates.controls[0].let_in, 0);
    endpoint_rates_heard(&rates, &elsewhere, &moved, &service);
    assert_int_equal(rates.controls[1].refused_ms, 0);
    assert_int_equal(rates.current, 0);
    assert_int_equal(endpoint_rates_flying(&rates), 1);
    endpoint_rates_lost(&rates, &lost);
    assert_int_equal(endpoint_rates_flying(&rates), 0);
    assert_int_equal(rates.controls[0].flying, 0);
}

static void an_endpoint_that_is_gone_is_not_the_next(void **state)
{
    struct endpoint_call call;
    const struct wire_called answered = {
        .endpoint = 1, .model = "gpt-4o", .verdict = VERDICT_DONE, .status = 200};

    (void)state;
    endpoint_rates_started(&rates, &call, service.now_ms);
    endpoint_rates_heard(&rates, &call, &answered, &service);
    assert_ptr_equal(endpoint_rates_current(&rates), &rates.controls[1]);
    endpoint_rates_reloaded(&rates, service.conf); /* which has one endpoint */
    assert_ptr_equal(endpoint_rates_current(&rates), &rates.controls[0]);
}

static void a_reload_that_changes_no_endpoint_forgets_nothing(void **state)
{
    (void)state;
    take_40();
    endpoint_rates_reloaded(&rates, service.conf);
    assert_true(at_once() >= 40);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        CASE(an_end_is_counted_where_the_call_was_made),
        CASE(a_refusal_pauses_its_own_endpoint),
        CASE(another_model_is_told_once),
        CASE(what_was_let_in_is_allowed_at_once_after_a_restart),
        CASE(another_account_begins_anew_and_the_first_is_not_forgotten),
        CASE(calls_to_the_old_account_say_nothing_of_the_new_one),
        CASE(an_endpoint_that_is_gone_is_not_the_next),
        CASE(a_reload_that_changes_no_endpoint_forgets_nothing),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

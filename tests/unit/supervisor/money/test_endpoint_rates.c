/* test_endpoint_rates - which endpoint's rate control counts a call */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "supervisor/money/endpoint_rates.h"

static struct service service;
static struct endpoint_rates rates;

static int begin(void **state)
{
    (void)state;
    service = (struct service){.conf = conf_load(NULL, stderr), .now_ms = 1000};
    if (service.conf == NULL)
        return -1;
    conf_set(&service.conf->model_name, "gpt-4o");
    endpoint_rates_open(&rates, service.conf);
    return 0;
}

static int end(void **state)
{
    (void)state;
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

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        CASE(an_end_is_counted_where_the_call_was_made),
        CASE(a_refusal_pauses_its_own_endpoint),
        CASE(another_model_is_told_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

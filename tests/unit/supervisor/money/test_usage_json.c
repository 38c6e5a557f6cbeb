/* test_usage_json - tokens, calls and money as users are told them */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "supervisor/money/usage_json.h"

static struct conf *conf_with(const char *model)
{
    struct conf *conf = conf_load(NULL, stderr);

    assert_non_null(conf);
    conf_set(&conf->model_name, model);
    return conf;
}

static void the_overview_counts_with_the_slides(void **state)
{
    struct conf *conf = conf_with("gpt-4o");
    const struct job_row row = {.input_tokens = 100, .output_tokens = 10, .calls = 1, .spent = 2500000};
    const struct tally tally = {.input_tokens = 900, .output_tokens = 90, .calls = 3};
    json_t *usage = usage_json(conf, &row, &tally);

    (void)state;
    assert_int_equal(json_integer_value(json_object_get(usage, "input_tokens")), 1000);
    assert_int_equal(json_integer_value(json_object_get(usage, "output_tokens")), 100);
    assert_int_equal(json_integer_value(json_object_get(usage, "calls")), 4);
    assert_true(json_real_value(json_object_get(usage, "cost_usd")) == 2.5);
    json_decref(usage);
    conf_free(&conf);
}

/* Nothing was asked: that costs 0, whatever a price would be. Calls without a known price: nobody knows. */
static void an_unknown_price_is_null_and_no_call_is_free(void **state)
{
    struct conf *unknown = conf_with("a-model-nobody-has-heard-of"), *known = conf_with("gpt-4o");
    const struct job_row row = {.calls = 0};
    const struct tally none = {0}, some = {.calls = 2};
    json_t *usage;

    (void)state;
    usage = usage_json(unknown, &row, &none);
    assert_true(json_is_real(json_object_get(usage, "cost_usd")));
    json_decref(usage);
    usage = usage_json(unknown, &row, &some);
    assert_true(json_is_null(json_object_get(usage, "cost_usd")));
    json_decref(usage);
    usage = usd_json(unknown, 1); /* what was spent is known, though the price is not any more */
    assert_true(json_real_value(usage) == 1e-6);
    json_decref(usage);
    usage = usd_json(known, 0);
    assert_true(json_is_real(usage) && json_real_value(usage) == 0);
    json_decref(usage);
    conf_free(&unknown);
    conf_free(&known);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_overview_counts_with_the_slides),
        cmocka_unit_test(an_unknown_price_is_null_and_no_call_is_free),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

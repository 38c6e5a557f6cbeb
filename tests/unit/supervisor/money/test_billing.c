/* test_billing - what an ended call is taken to have cost, and which rows count it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "supervisor/money/billing.h"
#include "supervisor/money/money_rows.h"

enum { RESERVED = 50000 };

static struct conf *conf;
static struct job_row job = {.id = 1};
static struct slide_row slide = {.slide = 2};

static int open_conf(void **state)
{
    (void)state;
    conf = conf_load(NULL, stderr);
    if (conf == NULL)
        return -1;
    conf_set(&conf->model_name, "gpt-4o");
    conf_set(&conf->model_prices, "gpt-4o 2.50 10");
    return 0;
}

static int close_conf(void **state)
{
    (void)state;
    conf_free(&conf);
    return 0;
}

/* A call that took what it says costs that; one that may have been paid for and does not say so costs what
 * was put aside; a refusal costs nothing. */
static void a_silent_call_counts_as_paid(void **state)
{
    static const struct {
        enum call_verdict verdict;
        uint32_t status;
        uint64_t input, output;
        int64_t spent;
    } cases[] = {
        {VERDICT_DONE, 200, 1000, 100, 2500 + 1000},
        {VERDICT_DONE, 200, 0, 0, RESERVED},
        {VERDICT_DONE, 200, 1000, 0, RESERVED},
        {VERDICT_TIMED_OUT, 0, 0, 0, RESERVED},
        {VERDICT_FAILED, 0, 0, 0, RESERVED},
        {VERDICT_FAILED, 500, 0, 0, 0},
        {VERDICT_REFUSED, 429, 0, 0, 0},
        {VERDICT_LEFT, 0, 0, 0, RESERVED},
        {VERDICT_DONE, 200, 100000, 0, 250000}, /* more than was put aside is paid, too */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct wire_called called = {.model = "gpt-4o",
                                           .verdict = cases[i].verdict,
                                           .status = cases[i].status,
                                           .input_tokens = cases[i].input,
                                           .output_tokens = cases[i].output};

        if (billing_called(conf, &called, RESERVED) != cases[i].spent)
            fail_msg("case %zu: %lld, not %lld", i, (long long)billing_called(conf, &called, RESERVED),
                     (long long)cases[i].spent);
    }
}

static void what_was_told_of_a_lease_is_not_paid_twice(void **state)
{
    const struct lease lease = {.told_input = 600, .told_output = 100};
    struct wire result;

    (void)state;
    wire_init(&result, WIRE_EXPLAINED);
    result.explained.model = "gpt-4o";
    result.explained.input_tokens = 1000;
    result.explained.output_tokens = 100;
    assert_int_equal(billing_untold(conf, &lease, &result), 1000); /* 400 tokens at 2.50 a million */
    result.explained.input_tokens = 500; /* less than was told: nothing comes back */
    assert_int_equal(billing_untold(conf, &lease, &result), 0);
    wire_clear(&result);
    wire_init(&result, WIRE_FAILED);
    assert_int_equal(billing_untold(conf, &lease, &result), 0);
    wire_clear(&result);
}

static struct job_row *job_of(void *arg, int64_t id)
{
    (void)arg;
    return id == job.id ? &job : NULL;
}

static struct slide_row *slide_of(void *arg, int64_t id, uint32_t number)
{
    (void)arg;
    return id == job.id && number == slide.slide ? &slide : NULL;
}

static void each_call_is_counted_in_one_row(void **state)
{
    const struct money_rows rows = {.job = job_of, .slide = slide_of};
    const struct usage usage = {.input = 10, .output = 3, .calls = 1, .spent = 7};

    (void)state;
    billing_add(&rows, 1, 2, &usage);
    assert_int_equal(slide.input_tokens, 10);
    assert_int_equal(slide.output_tokens, 3);
    assert_int_equal(slide.calls, 1);
    assert_int_equal(slide.spent, 7);
    assert_int_equal(job.calls, 0);
    billing_add(&rows, 1, 0, &usage); /* the overview's */
    assert_int_equal(job.input_tokens, 10);
    assert_int_equal(job.calls, 1);
    assert_int_equal(job.spent, 0);   /* the budget's to write */
    billing_add(&rows, 9, 2, &usage); /* its job is gone */
    assert_int_equal(slide.calls, 1);
    assert_int_equal(job.calls, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_silent_call_counts_as_paid),
        cmocka_unit_test(what_was_told_of_a_lease_is_not_paid_twice),
        cmocka_unit_test(each_call_is_counted_in_one_row),
    };

    return cmocka_run_group_tests(tests, open_conf, close_conf);
}

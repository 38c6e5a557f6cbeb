/* test_estimate_report - the figures of an estimate, with and without a known price */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "supervisor/cli/estimate_report.h"
#include "tests/unit/supervisor/cli/capture.h"

static void report(const char *text)
{
    json_t *job = json_loads(text, 0, NULL);

    PRINTED(estimate_report(job));
    json_decref(job);
}

static void a_known_price_gives_a_cost(void **state)
{
    (void)state;
    report("{\"estimate\": {\"total_slides\": 30, \"model\": \"gpt-4o\", \"input_tokens\": 45000, "
           "\"output_tokens\": 9000,"
           " \"slides\": {\"explained\": 20, \"build_up\": 6, \"cached\": 0, \"blank\": 4},"
           " \"second_questions\": 2, \"cost_usd\": 0.2025, \"cost_usd_most\": 0.5}}");
    assert_printed("30 slides\n");
    assert_printed("     20  to be explained, one call each\n");
    assert_printed("      6  only steps to a later slide: no call\n");
    assert_printed("      2  second questions at most");
    assert_null(strstr(capture.text, "known already")); /* none: no line */
    assert_printed("gpt-4o: about 45000 input tokens and 9000 output tokens\n");
    assert_printed("about 0.2025 USD, at most 0.5000 USD");
}

static void a_price_of_nothing_is_a_price(void **state)
{
    (void)state;
    report("{\"estimate\": {\"total_slides\": 1, \"cost_usd\": 0, \"cost_usd_most\": 0}}");
    assert_printed("about 0.0000 USD");
}

static void without_a_price_it_says_how_to_name_one(void **state)
{
    static const char *const jobs[] = {"{\"estimate\": {\"total_slides\": 3, \"cost_usd\": null}}", "{}",
                                       "{\"estimate\": [\"x\"]}",
                                       "{\"estimate\": {\"slides\": 7, \"cost_usd\": \"1\"}}"};

    (void)state;
    for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++) {
        report(jobs[i]);
        assert_printed("SLIDEMILL_MODEL_PRICES");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_known_price_gives_a_cost),
        cmocka_unit_test(a_price_of_nothing_is_a_price),
        cmocka_unit_test(without_a_price_it_says_how_to_name_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

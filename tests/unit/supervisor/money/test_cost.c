/* test_cost - bounds of calls that no endpoint passes, and what is learned from calls */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "supervisor/money/cost.h"
#include "supervisor/money/price.h"

static char nothing[] = "", title[] = "Storage";
static struct slide_row slide = {
    .slide = 1, .picture = "there", .width = 1024, .height = 768, .letters = 400};
static struct job_row job = {.pages = 1, .outline = nothing, .instructions = nothing, .title = title};

static struct conf *conf_with(const char *model)
{
    struct conf *conf = conf_load(NULL, stderr);

    assert_non_null(conf);
    conf_set(&conf->model_name, model);
    return conf;
}

/* gpt-4o-mini counts 33 times the tokens for a picture, and the sum is about what gpt-4o's cost. */
static void the_most_is_that_of_the_dearest_endpoint(void **state)
{
    struct conf *conf = conf_with("gpt-4.1-nano");
    struct cost_input alone, both;
    uint64_t small = tokens_image("gpt-4.1-nano", conf->model_detail, slide.width, slide.height);
    uint64_t large = tokens_image("gpt-4o-mini", conf->model_detail, slide.width, slide.height);

    (void)state;
    assert_true(large > 5 * small);
    cost_input(conf, &job, &slide, false, &alone);
    assert_int_equal(alone.tokens[1], 0);
    conf_set(&conf->fallback_1_base_url, "https://b.example/v1");
    conf_set(&conf->fallback_1_name, "gpt-4o-mini");
    cost_input(conf, &job, &slide, false, &both);
    assert_int_equal(both.tokens[0], alone.tokens[0]);
    assert_int_equal(both.tokens[1] - both.tokens[0], large - small);
    assert_int_equal(cost_max(conf, NULL, &both, 1000),
                     cost_of(conf, 1, "gpt-4o-mini", both.tokens[1], 1000));
    assert_true(cost_max(conf, NULL, &both, 1000) > cost_of(conf, 0, "gpt-4.1-nano", both.tokens[0], 1000));
    conf_free(&conf);
}

static void a_call_with_an_earlier_answer_is_longer(void **state)
{
    struct conf *conf = conf_with("gpt-4o");
    struct cost_input first, again;

    (void)state;
    cost_input(conf, &job, &slide, false, &first);
    cost_input(conf, &job, &slide, true, &again);
    assert_true(again.tokens[0] > first.tokens[0]);
    conf_free(&conf);
}

/* Only after some calls, and never below what was seen. */
static void bounds_are_cut_down_to_what_was_seen(void **state)
{
    struct conf *conf = conf_with("gpt-4o");
    struct cost_seen seen = {0};
    struct cost_input input;
    int64_t bound, full;

    (void)state;
    cost_input(conf, &job, &slide, false, &input);
    full = cost_max(conf, &seen, &input, 0);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(cost_max(conf, &seen, &input, 0), full);
        assert_true(cost_learn(&seen, &input, 0, input.tokens[0] / 2, 300 + (unsigned)i));
    }
    bound = cost_max(conf, &seen, &input, 0);
    assert_true(bound < full);
    assert_true(bound > cost_of(conf, 0, "gpt-4o", input.tokens[0] / 2, 0));
    assert_int_equal(seen.longest, 307);
    assert_false(
        cost_learn(&seen, &input, 0, input.tokens[0] * 2, 1)); /* more than the bound: it is raised */
    assert_true(cost_max(conf, &seen, &input, 0) > 2 * full);
    conf_free(&conf);
}

static void what_is_likely_is_less_than_the_most(void **state)
{
    struct conf *conf = conf_with("gpt-4o");
    struct cost cost;

    (void)state;
    for (uint32_t item = 0; item < 2; item++) {
        cost_expect(conf, &job, item == 0 ? NULL : &slide, &cost);
        assert_true(cost.input > 0 && cost.output > 0);
        assert_true(cost.expected > 0 && cost.expected < cost.max);
    }
    conf_free(&conf);
}

/* A thousand pages are told by less of each. */
static void the_overview_of_a_long_lecture_costs_no_more_than_can_be_told(void **state)
{
    const struct job_row longer = {
        .pages = 1000, .instructions = (char *)"", .title = (char *)"", .outline = (char *)""};
    const struct job_row longest = {
        .pages = 9000, .instructions = (char *)"", .title = (char *)"", .outline = (char *)""};
    struct conf *conf = conf_with("gpt-4o");
    struct cost one, other;

    (void)state;
    cost_expect(conf, &longer, NULL, &one);
    cost_expect(conf, &longest, NULL, &other);
    assert_int_equal(one.input, other.input);
    assert_int_equal(one.max, other.max);
    assert_true(one.expected < one.max);
    conf_free(&conf);
}

/* Which model answers counts, wherever that can be known. */
static void a_call_costs_what_the_model_that_answered_costs(void **state)
{
    static const struct {
        const char *base_url, *prices, *answered;
        int64_t micro; /* of a million tokens read */
    } rows[] = {
        {"https://api.openai.com/v1", "", "gpt-4o-2024-08-06", 2500000},
        {"https://api.openai.com/v1", "", "", 2500000},
        {"https://gateway.example/v1", "", "gpt-4o-mini", 150000},
        {"https://gateway.example/v1", "", "who-knows", 2500000},
        {"http://127.0.0.1:8080/v1", "", "tiny.gguf", 0},
        {"http://[::1]:8080/v1", "", "tiny", 0},
        {"http://192.168.1.7/v1", "", "gpt-4o", 2500000}, /* a proxy in one's own network */
        {"http://127.0.0.1:4000/v1", "", "openai/gpt-4o-mini-2024-07-18", 150000},
        {"http://127.0.0.1:8080/v1", "gpt-4o 1 1", "tiny", 1000000},
        {"http://127.0.0.1:8080/v1", "tiny 3 3", "tiny", 3000000},
        {"http://127.0.0.1:11434/v1", "", "gpt-4o", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct conf *conf = conf_with("gpt-4o");

        conf_set(&conf->model_base_url, rows[i].base_url);
        conf_set(&conf->model_prices, rows[i].prices);
        print_message("  %s %s\n", rows[i].base_url, rows[i].answered);
        assert_int_equal(cost_answered(conf, 0, rows[i].answered, 1000000, 0), rows[i].micro);
        conf_free(&conf);
    }
}

static void one_model_has_many_names(void **state)
{
    static const struct {
        const char *asked, *answered;
        bool same;
    } rows[] = {
        {"gpt-4o", "gpt-4o-2024-08-06", true},
        {"gpt-4o", "openai/gpt-4o", true},
        {"llava", "llava:latest", true},
        {"tiny", "models/tiny.gguf", true},
        {"GPT-4o", "gpt-4o", true},
        {"claude-3-5-haiku-latest", "claude-3-5-haiku-20241022", false},
        {"gpt-4o", "gpt-4o-mini", false},
        {"gpt-4o", "tiny", false},
        {"gpt-4", "gpt-4o", false},
        {"gemini-2.5-flash", "models/gemini-2.5-flash", true},
        {"llava:7b", "llava:13b", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("  %s %s\n", rows[i].asked, rows[i].answered);
        assert_int_equal(price_same_model(rows[i].asked, rows[i].answered), rows[i].same);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_costs_what_the_model_that_answered_costs),
        cmocka_unit_test(one_model_has_many_names),
        cmocka_unit_test(the_most_is_that_of_the_dearest_endpoint),
        cmocka_unit_test(a_call_with_an_earlier_answer_is_longer),
        cmocka_unit_test(bounds_are_cut_down_to_what_was_seen),
        cmocka_unit_test(what_is_likely_is_less_than_the_most),
        cmocka_unit_test(the_overview_of_a_long_lecture_costs_no_more_than_can_be_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

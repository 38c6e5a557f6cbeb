/* test_modelerror - what is done about each error of the model API, row by row as its guide lists them; and
 * dialects */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "stages/vision/dialect.h"
#include "stages/vision/modelerror.h"

static void knows_the_api_s_errors(void **state)
{
    static const struct {
        const char *name;
        long status;
        const char *word, *kind;
        int should_retry;
        enum deed deed;
        enum code code;
    } rows[] = {
        {"bad request", 400, NULL, "invalid_request_error", -1, DEED_SLIDE, CODE_MODEL_REJECTED},
        {"bad image", 400, "invalid_image", NULL, -1, DEED_SLIDE, CODE_MODEL_REJECTED},
        {"image too large", 400, "image_too_large", NULL, -1, DEED_PLAIN, CODE_MODEL_REJECTED},
        {"image against the policy", 400, "image_content_policy_violation", NULL, -1, DEED_SLIDE,
         CODE_MODEL_FILTERED},
        {"Azure's filter on the prompt", 400, "content_filter", NULL, -1, DEED_SLIDE, CODE_MODEL_FILTERED},
        {"context too long", 400, "context_length_exceeded", NULL, -1, DEED_SLIDE, CODE_MODEL_REJECTED},
        {"hard billing limit", 400, "billing_hard_limit_reached", NULL, -1, DEED_ALL, CODE_MODEL_QUOTA},
        {"no key", 401, NULL, NULL, -1, DEED_ALL, CODE_MODEL_AUTH},
        {"no credit at a gateway", 402, NULL, NULL, -1, DEED_ALL, CODE_MODEL_QUOTA},
        {"country", 403, "unsupported_country_region_territory", NULL, -1, DEED_ALL, CODE_MODEL_AUTH},
        {"no such model", 404, "model_not_found", NULL, -1, DEED_ALL, CODE_MODEL_NOT_FOUND},
        {"no such path", 404, NULL, NULL, -1, DEED_ALL, CODE_MODEL_NOT_FOUND},
        {"request timeout", 408, NULL, NULL, -1, DEED_AGAIN, CODE_MODEL_TIMEOUT},
        {"lock", 409, NULL, NULL, -1, DEED_AGAIN, CODE_MODEL_UNAVAILABLE},
        {"too large", 413, NULL, NULL, -1, DEED_PLAIN, CODE_MODEL_REJECTED},
        {"unprocessable", 422, NULL, NULL, -1, DEED_SLIDE, CODE_MODEL_REJECTED},
        {"requests a minute", 429, "rate_limit_exceeded", "requests", -1, DEED_SLOWER,
         CODE_MODEL_RATE_LIMITED},
        {"tokens a minute", 429, "rate_limit_exceeded", "tokens", -1, DEED_SLOWER, CODE_MODEL_RATE_LIMITED},
        {"429 without a word", 429, NULL, NULL, -1, DEED_SLOWER, CODE_MODEL_RATE_LIMITED},
        {"traffic rose too fast", 429, "slow_down", NULL, -1, DEED_SLOWER, CODE_MODEL_RATE_LIMITED},
        {"quota by code", 429, "insufficient_quota", "insufficient_quota", -1, DEED_ALL, CODE_MODEL_QUOTA},
        {"quota by type", 429, NULL, "insufficient_quota", -1, DEED_ALL, CODE_MODEL_QUOTA},
        {"credit", 429, "credit_balance_exhausted", NULL, -1, DEED_ALL, CODE_MODEL_QUOTA},
        {"organisation's limit", 429, "organization_spend_limit_exceeded", NULL, -1, DEED_ALL,
         CODE_MODEL_QUOTA},
        {"project's limit", 429, "project_spend_limit_exceeded", NULL, -1, DEED_ALL, CODE_MODEL_QUOTA},
        {"usage limit", 429, "organization_usage_limit_exceeded", NULL, -1, DEED_ALL, CODE_MODEL_QUOTA},
        {"quota is never retried, whatever a header says", 429, "insufficient_quota", NULL, 1, DEED_ALL,
         CODE_MODEL_QUOTA},
        {"server", 500, "server_error", NULL, -1, DEED_AGAIN, CODE_MODEL_UNAVAILABLE},
        {"bad gateway", 502, NULL, NULL, -1, DEED_AGAIN, CODE_MODEL_UNAVAILABLE},
        {"overloaded", 503, "server_is_overloaded", NULL, -1, DEED_SLOWER, CODE_MODEL_UNAVAILABLE},
        {"slow down", 503, "slow_down", NULL, -1, DEED_SLOWER, CODE_MODEL_UNAVAILABLE},
        {"not available", 503, NULL, NULL, -1, DEED_AGAIN, CODE_MODEL_UNAVAILABLE},
        {"gateway timeout", 504, NULL, NULL, -1, DEED_AGAIN, CODE_MODEL_TIMEOUT},
        {"overloaded, another maker's number", 529, NULL, NULL, -1, DEED_SLOWER, CODE_MODEL_UNAVAILABLE},
        {"a redirect: wrong base URL", 301, NULL, NULL, -1, DEED_SLIDE, CODE_MODEL_UNAVAILABLE},
        {"a number nobody knows", 204, NULL, NULL, -1, DEED_AGAIN, CODE_MODEL_UNAVAILABLE},
        {"told to stay away", 429, NULL, NULL, 0, DEED_SLIDE, CODE_MODEL_RATE_LIMITED},
        {"told to come again", 422, NULL, NULL, 1, DEED_AGAIN, CODE_MODEL_REJECTED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum code code;

        print_message("  %s\n", rows[i].name);
        assert_int_equal(
            modelerror_find(rows[i].status, rows[i].word, rows[i].kind, rows[i].should_retry, &code),
            rows[i].deed);
        assert_int_equal(code, rows[i].code);
    }
}

static void steps_back_one_way(void **state)
{
    static const struct {
        const char *name;
        struct dialect now, used;
        const char *param, *message;
        bool rewrite;
        struct dialect after;
    } rows[] = {
        {"no json_schema: json_object",
         {FORMAT_SCHEMA, TOKENS_COMPLETION},
         {FORMAT_SCHEMA, TOKENS_COMPLETION},
         "response_format",
         "unsupported",
         true,
         {FORMAT_OBJECT, TOKENS_COMPLETION}},
        {"no json_object either: the prompt asks",
         {FORMAT_OBJECT, TOKENS_PLAIN},
         {FORMAT_OBJECT, TOKENS_PLAIN},
         NULL,
         "'response_format.type' must be 'text'",
         true,
         {FORMAT_PROMPT, TOKENS_PLAIN}},
        {"another call was first: only write anew",
         {FORMAT_OBJECT, TOKENS_COMPLETION},
         {FORMAT_SCHEMA, TOKENS_COMPLETION},
         "response_format.json_schema",
         "",
         true,
         {FORMAT_OBJECT, TOKENS_COMPLETION}},
        {"an older server knows max_tokens",
         {FORMAT_SCHEMA, TOKENS_COMPLETION},
         {FORMAT_SCHEMA, TOKENS_COMPLETION},
         NULL,
         "Unrecognized request argument supplied: max_completion_tokens",
         true,
         {FORMAT_SCHEMA, TOKENS_PLAIN}},
        {"nothing left to step back to",
         {FORMAT_PROMPT, TOKENS_PLAIN},
         {FORMAT_PROMPT, TOKENS_PLAIN},
         "response_format",
         "max_completion_tokens",
         false,
         {FORMAT_PROMPT, TOKENS_PLAIN}},
        {"an error about something else",
         {FORMAT_SCHEMA, TOKENS_COMPLETION},
         {FORMAT_SCHEMA, TOKENS_COMPLETION},
         "messages[1].content",
         "invalid image",
         false,
         {FORMAT_SCHEMA, TOKENS_COMPLETION}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct dialect now = rows[i].now;

        print_message("  %s\n", rows[i].name);
        assert_int_equal(dialect_step(&now, &rows[i].used, rows[i].param, rows[i].message), rows[i].rewrite);
        assert_int_equal(now.format, rows[i].after.format);
        assert_int_equal(now.tokens, rows[i].after.tokens);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(knows_the_api_s_errors),
                                       cmocka_unit_test(steps_back_one_way)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

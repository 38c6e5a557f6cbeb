/* test_model_error - what is done about each error of the model API, row by row as its guide lists them; and
 * dialects */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/vision/model/dialect.h"
#include "stages/vision/model/model_error.h"

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
        {"context too long", 400, "context_length_exceeded", NULL, -1, DEED_PLAIN, CODE_MODEL_CONTEXT},
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
        struct error_said said = {.status = 0};
        enum code code;

        snprintf(said.words[0], sizeof said.words[0], "%s", rows[i].word == NULL ? "" : rows[i].word);
        snprintf(said.words[1], sizeof said.words[1], "%s", rows[i].kind == NULL ? "" : rows[i].kind);
        print_message("  %s\n", rows[i].name);
        assert_int_equal(
            model_error_deed(model_error_find(rows[i].status, &said), rows[i].should_retry, &code),
            rows[i].deed);
        assert_int_equal(code, rows[i].code);
    }
}

/* ---- refusals as servers send them ---- */

static const char *const meanings[MEANINGS] = {
    [MEANS_NOTHING] = "nothing",
    [MEANS_KEY] = "key",
    [MEANS_MONEY] = "money",
    [MEANS_MODEL] = "model",
    [MEANS_FILTER] = "filter",
    [MEANS_FORMAT] = "format",
    [MEANS_TOKENS] = "tokens",
    [MEANS_CAP] = "cap",
    [MEANS_CONTEXT] = "context",
    [MEANS_SHARED] = "shared",
    [MEANS_SYSTEM] = "system",
    [MEANS_BLIND] = "blind",
    [MEANS_LARGE] = "large",
    [MEANS_LOADING] = "loading",
    [MEANS_BUSY] = "busy",
    [MEANS_RATE] = "rate",
    [MEANS_TIMEOUT] = "timeout",
    [MEANS_DOWN] = "down",
    [MEANS_CUT] = "cut",
    [MEANS_ADDRESS] = "address",
    [MEANS_VAGUE] = "vague",
    [MEANS_REQUEST] = "request",
    [MEANS_SHAPELESS] = "shapeless",
};

enum { ASKED = 4096 };

/* As the fourth column of refusals.tsv has it. */
static void tell_learned(enum meaning meaning, const struct error_said *said, char to[16])
{
    const struct dialect used = {.format = FORMAT_SCHEMA, .tokens = TOKENS_COMPLETION};
    struct dialect now = used;
    bool rewrite =
        meaning == MEANS_VAGUE ? dialect_guess(&now, &used) : dialect_step(&now, &used, ASKED, meaning, said);

    if (now.max > 0)
        snprintf(to, 16, "%u", now.max);
    else if (now.one_role || now.blind)
        snprintf(to, 16, "%s", now.blind ? "blind" : "u");
    else if (rewrite)
        dialect_write(&now, to);
    else
        snprintf(to, 16, "-");
}

/* Returns whether the line is right. */
static bool play_line(char *line)
{
    char *columns[5], learned[16];
    struct error_said said;
    json_t *root;
    enum meaning meaning;
    bool right;

    for (int i = 0; i < 5; i++) {
        columns[i] = strsep(&line, i < 4 ? "\t" : "\n");
        assert_non_null(columns[i]);
    }
    root = json_loads(columns[4], 0, NULL);
    error_body_read(root, columns[4], strlen(columns[4]), &said);
    json_decref(root);
    meaning = model_error_find(atol(columns[1]), &said);
    tell_learned(meaning, &said, learned);
    right = strcmp(meanings[meaning], columns[2]) == 0 && strcmp(learned, columns[3]) == 0;
    if (!right)
        print_message("%s %s: %s, %s instead of %s, %s: %s\n", columns[0], columns[1], meanings[meaning],
                      learned, columns[2], columns[3], said.message);
    return right;
}

/* At least so many lines, each of them right. */
static void play_file(const char *path, unsigned lines_least)
{
    FILE *file = fopen(path, "r");
    unsigned lines = 0, wrong = 0;
    char *line = NULL;
    size_t room = 0;

    assert_non_null(file);
    for (; getline(&line, &room, file) != -1; lines++)
        wrong += *line != '#' && !play_line(line);
    free(line);
    fclose(file);
    assert_true(lines >= lines_least);
    assert_int_equal(wrong, 0);
}

static void refusals_are_understood_whoever_words_them(void **state)
{
    (void)state;
    play_file("tests/data/answers/refusals.tsv", 200);
    play_file("tests/data/answers/recorded.tsv", 8);
}

static void bodies_are_read_in_any_shape(void **state)
{
    static const struct {
        const char *body, *word, *param, *message;
        long status;
    } rows[] = {
        {"{\"error\":{\"message\":\"m\",\"type\":\"t\",\"param\":\"p\",\"code\":\"c\"}}", "c", "p", "m", 0},
        {"[{\"error\":{\"code\":429,\"message\":\"m\",\"status\":\"S\"}}]", "S", "", "m", 429},
        {"{\"error\":\"m\"}", "", "", "m", 0},
        {"{\"error\":[\"a\",\"b\"]}", "", "", "a; b", 0},
        {"{\"message\":\"m\",\"code\":\"503\"}", "", "", "m", 503},
        {"{\"message\":{\"detail\":[{\"loc\":[\"body\",\"x\"],\"msg\":\"m\"}]}}", "", "x", "m", 0},
        {"{\"error\":{\"message\":\"outer "
         "{\\\"error\\\":{\\\"message\\\":\\\"inner\\\",\\\"code\\\":404}}\"}}",
         "", "", "outer; inner", 404},
        {"{\"error\":{\"message\":\"a\\u0000b\"}}", "", "", "", 0}, /* jansson takes no NUL: it is no JSON */
        {"{\"error\":{\"message\":\"a\\n\\u0007\\u202eb\"}}", "", "", "a b", 0},
        {"<HTML><H1>Gone</H1>", "", "", "Gone", 0},
        {"<p>words", "", "", "", 0},
        {"plain words\r\n", "", "", "plain words", 0},
        {"", "", "", "", 0},
        {"{\"error\":{\"code\":\"the slide says so\"}}", "", "", "", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_t *root = json_loads(rows[i].body, 0, NULL);
        struct error_said said;

        if (root == NULL && rows[i].body[0] == '{')
            continue;
        error_body_read(root, rows[i].body, strlen(rows[i].body), &said);
        json_decref(root);
        print_message("  %s\n", rows[i].body);
        assert_string_equal(said.words[0], rows[i].word);
        assert_string_equal(said.param, rows[i].param);
        assert_string_equal(said.message, rows[i].message);
        assert_int_equal(said.status, rows[i].status);
    }
}

static void a_sentence_shows_no_key(void **state)
{
    static const struct {
        const char *message, *shown;
    } rows[] = {
        {"Incorrect API key provided: sk-proj-AbCd1234. Try again",
         "Incorrect API key provided: … Try again"},
        {"key sesame-7 is wrong, sesame-7", "key … is wrong, …"},
        {"got data:image/jpeg;base64,AAAA/BBBB== and more", "got … and more"},
        {"token ya29abcdefghijklmnopqrstuvwxyz0123456789 expired", "token … expired"},
        {"The model meta-llama/Llama-3.2-11B-Vision-Instruct-Turbo is busy",
         "The model meta-llama/Llama-3.2-11B-Vision-Instruct-Turbo is busy"},
        {"see https://example.com/account/billing/overview",
         "see https://example.com/account/billing/overview"},
        {"", ""},
    };
    char shown[128];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        error_body_sentence(rows[i].message, "sesame-7", shown, sizeof shown);
        assert_string_equal(shown, rows[i].shown);
    }
    error_body_sentence("ééééé", NULL, shown, 8);
    assert_string_equal(shown, "éé…");
}

/* ---- dialects ---- */

static void steps_back_one_way(void **state)
{
    static const struct {
        const char *name;
        struct dialect now, used;
        enum meaning meaning;
        bool rewrite;
        struct dialect after;
    } rows[] = {
        {"no json_schema: json_object",
         {.format = FORMAT_SCHEMA},
         {.format = FORMAT_SCHEMA},
         MEANS_FORMAT,
         true,
         {.format = FORMAT_OBJECT}},
        {"no json_object either: the prompt asks",
         {.format = FORMAT_OBJECT, .tokens = TOKENS_PLAIN},
         {.format = FORMAT_OBJECT, .tokens = TOKENS_PLAIN},
         MEANS_FORMAT,
         true,
         {.format = FORMAT_PROMPT, .tokens = TOKENS_PLAIN}},
        {"another call was first: only write anew",
         {.format = FORMAT_OBJECT},
         {.format = FORMAT_SCHEMA},
         MEANS_FORMAT,
         true,
         {.format = FORMAT_OBJECT}},
        {"an older server knows max_tokens",
         {.tokens = TOKENS_COMPLETION},
         {.tokens = TOKENS_COMPLETION},
         MEANS_TOKENS,
         true,
         {.tokens = TOKENS_PLAIN}},
        {"nothing left to step back to",
         {.format = FORMAT_PROMPT},
         {.format = FORMAT_PROMPT},
         MEANS_FORMAT,
         false,
         {.format = FORMAT_PROMPT}},
        {"no system message",
         {.one_role = false},
         {.one_role = false},
         MEANS_SYSTEM,
         true,
         {.one_role = true}},
        {"it was none", {.one_role = true}, {.one_role = true}, MEANS_SYSTEM, false, {.one_role = true}},
        {"a cap another call has met", {.max = 1000}, {.max = 0}, MEANS_CAP, true, {.max = 1000}},
        {"an error about something else",
         {.format = FORMAT_SCHEMA},
         {.format = FORMAT_SCHEMA},
         MEANS_REQUEST,
         false,
         {.format = FORMAT_SCHEMA}},
    };
    const struct error_said said = {.message = "at most 2000 tokens"};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct dialect now = rows[i].now;

        print_message("  %s\n", rows[i].name);
        assert_int_equal(dialect_step(&now, &rows[i].used, ASKED, rows[i].meaning, &said), rows[i].rewrite);
        assert_int_equal(now.format, rows[i].after.format);
        assert_int_equal(now.tokens, rows[i].after.tokens);
        assert_int_equal(now.one_role, rows[i].after.one_role);
        assert_int_equal(now.max, rows[i].after.max);
    }
}

static void dialects_are_remembered(void **state)
{
    const struct dialect dialect = {
        .format = FORMAT_OBJECT, .tokens = TOKENS_PLAIN, .one_role = true, .blind = true, .max = 600};
    static const char *const bad[] = {"", "s", "x", "sx", " s"};
    struct dialect back = {.max = 7};
    char text[DIALECT_ROOM];

    (void)state;
    dialect_write(&dialect, text);
    assert_string_equal(text, "opu");
    assert_true(dialect_read(&back, text));
    assert_true(back.format == FORMAT_OBJECT && back.tokens == TOKENS_PLAIN && back.one_role && !back.blind &&
                back.max == 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(dialect_read(&back, bad[i]));
}

static void guesses_end(void **state)
{
    struct dialect now = {.format = FORMAT_SCHEMA, .tokens = TOKENS_COMPLETION}, used;
    int guesses = 0;

    (void)state;
    do
        used = now;
    while (dialect_guess(&now, &used) && ++guesses < 10);
    assert_int_equal(guesses, 3);
    assert_true(now.format == FORMAT_PROMPT && now.tokens == TOKENS_PLAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_the_api_s_errors),
        cmocka_unit_test(refusals_are_understood_whoever_words_them),
        cmocka_unit_test(bodies_are_read_in_any_shape),
        cmocka_unit_test(a_sentence_shows_no_key),
        cmocka_unit_test(steps_back_one_way),
        cmocka_unit_test(dialects_are_remembered),
        cmocka_unit_test(guesses_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

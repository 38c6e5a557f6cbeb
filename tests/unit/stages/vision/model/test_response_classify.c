/* test_response_classify - how each kind of model answer is judged */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/vision/answer/answer.h"
#include "stages/vision/answer/json_escapes.h"
#include "stages/vision/model/retry_policy.h"
#include "stages/vision/model/response_classify.h"

#define GOOD                                                                                                 \
    "{\"title\":\"T\",\"explanation\":[\"One.\",\"Two.\"],\"key_points\":[\"P\"],\"connections\":\"\","      \
    "\"short_summary\":\"S\",\"anki_cards\":[{\"front\":\"F\",\"back\":\"B\"}]}"

/* A chat completion around a content, as the API sends it. NULL content and refusal are null. */
static char *completion(const char *content, const char *refusal, const char *reason)
{
    json_t *root =
        json_pack("{s:s, s:[{s:i, s:{s:s, s:s?, s:s?}, s:s?}], s:{s:i, s:i}}", "object", "chat.completion",
                  "choices", "index", 0, "message", "role", "assistant", "content", content, "refusal",
                  refusal, "finish_reason", reason, "usage", "prompt_tokens", 11, "completion_tokens", 7);
    char *text = json_dumps(root, JSON_COMPACT);

    json_decref(root);
    assert_non_null(text);
    return text;
}

static json_t *clean(void *arg, const json_t *raw, const char **why)
{
    (void)arg;
    return answer_clean(raw, 3, why);
}

static const struct wanted wanted = {.clean = clean};

static struct classification judged(long status, const char *body, int should_retry)
{
    struct classification classification;
    const struct heard heard = {
        .status = status, .should_retry = should_retry, .body = body, .size = strlen(body)};

    response_classify(&heard, &wanted, &classification);
    return classification;
}

static void judges_what_the_model_said(void **state)
{
    static const struct {
        const char *name, *content, *refusal, *reason;
        enum deed deed;
        enum code code;
    } rows[] = {
        {"a whole answer is taken", GOOD, NULL, "stop", DEED_DONE, CODE_INTERNAL},
        {"an empty refusal is none", GOOD, "", "stop", DEED_DONE, CODE_INTERNAL},
        {"a Markdown fence around it is tolerated", "```json\n" GOOD "\n```", NULL, "stop", DEED_DONE,
         CODE_INTERNAL},
        {"a refusal comes before everything", GOOD, "I can't", "stop", DEED_SLIDE, CODE_MODEL_REFUSED},
        {"a refusal is one also when cut", NULL, "I can't", "length", DEED_SLIDE, CODE_MODEL_REFUSED},
        {"a whole answer at the limit is kept for later", GOOD, NULL, "length", DEED_LONGER,
         CODE_MODEL_TRUNCATED},
        {"nothing said within the limit is cut too", NULL, NULL, "length", DEED_LONGER, CODE_MODEL_TRUNCATED},
        {"a cut answer that went in circles needs no more room",
         "{\"title\":\"x and so on and so on and so on and so on and so on and so on and so on and so on and "
         "so on"
         " and so on and so on and so on and so on and so on and so on and so on and so on and so on and so "
         "on and so"
         " on and so on and so on and so on and so on and so on and so on and so on and so on and so on and "
         "so on",
         NULL, "length", DEED_REASK, CODE_MODEL_BAD_ANSWER},
        {"the content filter ends the slide", GOOD, NULL, "content_filter", DEED_SLIDE, CODE_MODEL_FILTERED},
        {"an unknown end says nothing", GOOD, NULL, "whatever", DEED_DONE, CODE_INTERNAL},
        {"no end says nothing", GOOD, NULL, NULL, DEED_DONE, CODE_INTERNAL},
        {"no content is trouble that passes", NULL, NULL, "stop", DEED_AGAIN, CODE_MODEL_UNAVAILABLE},
        {"text is not an answer", "Sure, here it is:", NULL, "stop", DEED_RESHAPE, CODE_MODEL_BAD_ANSWER},
        {"text after the object does no harm", GOOD " Hope this helps!", NULL, "stop", DEED_DONE,
         CODE_INTERNAL},
        {"a list is not an answer", "[]", NULL, "stop", DEED_RESHAPE, CODE_MODEL_BAD_ANSWER},
        {"a missing key is not an answer", "{\"title\":\"T\"}", NULL, "stop", DEED_RESHAPE,
         CODE_MODEL_BAD_ANSWER},
        {"an answer of the right form that says nothing", "{\"title\":\"T\",\"explanation\":[]}", NULL,
         "stop", DEED_REASK, CODE_MODEL_BAD_ANSWER},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *body = completion(rows[i].content, rows[i].refusal, rows[i].reason);
        struct classification j = judged(200, body, -1);

        print_message("  %s\n", rows[i].name);
        assert_int_equal(j.deed, rows[i].deed);
        assert_int_equal(j.code, rows[i].code);
        assert_int_equal(j.input_tokens, 11);
        assert_int_equal(j.output_tokens, 7);
        assert_int_equal(j.answer != NULL, rows[i].deed == DEED_DONE);
        json_decref(j.answer);
        json_decref(j.spare);
        free(body);
    }
}

/* As Groq does it: the answer stands in the error. */
static void an_answer_that_its_own_provider_refused_is_used(void **state)
{
    static const struct {
        const char *name, *generation;
        enum deed deed;
    } rows[] = {
        {"whole", GOOD, DEED_DONE},
        {"with words around it", "Here it is: " GOOD, DEED_DONE},
        {"cut", "{\"title\":\"T\",", DEED_RESHAPE},
        {"none", "", DEED_RESHAPE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        json_t *root = json_pack("{s:{s:s, s:s, s:s}}", "error", "message", "Failed to generate JSON.",
                                 "code", "json_validate_failed", "failed_generation", rows[i].generation);
        char *body = json_dumps(root, 0);
        struct classification j = judged(400, body, -1);

        print_message("  %s\n", rows[i].name);
        assert_int_equal(j.deed, rows[i].deed);
        assert_int_equal(j.answer != NULL, rows[i].deed == DEED_DONE);
        assert_int_equal(call_verdict_of(&j, 400),
                         rows[i].deed == DEED_DONE ? VERDICT_DONE : VERDICT_REJECTED);
        json_decref(j.answer);
        free(body);
        json_decref(root);
    }
}

static void escapes_of_no_character_are_mended(void **state)
{
    static const char *const rows[][2] = {
        {"a\\u0000b", "a\\u0001b"},
        {"\\ud83d\\ude00", "\\ud83d\\ude00"},
        {"\\ud83dx", "\\ufffdx"},
        {"\\ud83d", "\\ufffd"},
        {"\\ud83d\\ud83d\\ude00", "\\ufffd\\ud83d\\ude00"},
        {"\\uDC00 \\uD800\\n", "\\ufffd \\ufffd\\n"},
        {"\\\\u0000 \\\\\\u0000", "\\\\u0000 \\\\\\u0001"},
        {"\\u00e9 \\u000 \\u", "\\u00e9 \\u000 \\u"},
        {"\\", "\\"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[64];

        snprintf(text, sizeof text, "%s", rows[i][0]);
        json_escapes_mend(text, strlen(text));
        assert_string_equal(text, rows[i][1]);
    }
}

static void judges_http_errors(void **state)
{
    static const struct {
        const char *name;
        long status;
        const char *body;
        int should_retry;
        enum deed deed;
        enum code code;
        const char *detail;
    } rows[] = {
        {"an HTML page under 200", 200, "<html>", -1, DEED_AGAIN, CODE_MODEL_UNAVAILABLE,
         "HTTP 200, not JSON"},
        {"nothing under 200", 200, "", -1, DEED_AGAIN, CODE_MODEL_UNAVAILABLE, "HTTP 200, not JSON"},
        {"no choices", 200, "{}", -1, DEED_AGAIN, CODE_MODEL_UNAVAILABLE, "HTTP 200, an empty answer"},
        {"an error hidden under 200", 200, "{\"error\":{\"code\":429,\"message\":\"slow\"}}", -1, DEED_SLOWER,
         CODE_MODEL_RATE_LIMITED, "HTTP 429, no code: slow"},
        {"a gateway's HTML page", 502, "<html>", -1, DEED_AGAIN, CODE_MODEL_UNAVAILABLE,
         "HTTP 502, not JSON"},
        {"a bad key", 401, "{\"error\":{\"code\":\"invalid_api_key\",\"type\":\"x\",\"message\":\"m\"}}", -1,
         DEED_ALL, CODE_MODEL_AUTH, "HTTP 401, invalid_api_key: m"},
        {"the type where there is no code", 400,
         "{\"error\":{\"code\":null,\"type\":\"invalid_request_error\"}}", -1, DEED_SLIDE,
         CODE_MODEL_REJECTED, "HTTP 400, invalid_request_error"},
        {"a code that is a sentence is not quoted", 400, "{\"error\":{\"code\":\"the slide says so\"}}", -1,
         DEED_SLIDE, CODE_MODEL_REJECTED, "HTTP 400, no code"},
        {"told not to retry", 500, "{}", 0, DEED_SLIDE, CODE_MODEL_UNAVAILABLE, "HTTP 500, no code"},
        {"told to retry", 400, "{}", 1, DEED_AGAIN, CODE_MODEL_REJECTED, "HTTP 400, no code"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct classification j = judged(rows[i].status, rows[i].body, rows[i].should_retry);

        print_message("  %s\n", rows[i].name);
        assert_int_equal(j.deed, rows[i].deed);
        assert_int_equal(j.code, rows[i].code);
        assert_string_equal(j.detail, rows[i].detail);
        assert_null(j.answer);
    }
}

static void thinking_that_takes_all_the_room_is_told(void **state)
{
    static const struct {
        const char *message;
        bool thinks;
    } rows[] = {
        {"{\"content\":null,\"reasoning_content\":\"Let me see\"}", true},
        {"{\"content\":\"\",\"reasoning\":\"Let me see\"}", true},
        {"{\"content\":\"<think>Let me see\"}", true},
        {"{\"content\":\"{\\\"title\\\":\"}", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct classification j;
        char body[256];

        snprintf(body, sizeof body, "{\"choices\":[{\"message\":%s,\"finish_reason\":\"length\"}]}",
                 rows[i].message);
        print_message("  %s\n", body);
        j = judged(200, body, -1);
        assert_int_equal(j.deed, DEED_LONGER);
        assert_int_equal(strstr(j.detail, "--reasoning off") != NULL, rows[i].thinks);
        json_decref(j.spare);
    }
}

static void judges_broken_transport(void **state)
{
    static const struct {
        struct heard heard;
        enum deed deed;
        enum code code;
    } rows[] = {
        {{.timed_out = 1}, DEED_AGAIN, CODE_MODEL_TIMEOUT},
        {{.too_large = 1}, DEED_REASK, CODE_MODEL_BAD_ANSWER},
        {{.status = 0}, DEED_AGAIN, CODE_MODEL_UNAVAILABLE},
    };
    struct classification j;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        response_classify(&rows[i].heard, &wanted, &j);
        assert_int_equal(j.deed, rows[i].deed);
        assert_int_equal(j.code, rows[i].code);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judges_what_the_model_said),
        cmocka_unit_test(an_answer_that_its_own_provider_refused_is_used),
        cmocka_unit_test(escapes_of_no_character_are_mended),
        cmocka_unit_test(judges_http_errors),
        cmocka_unit_test(thinking_that_takes_all_the_room_is_told),
        cmocka_unit_test(judges_broken_transport),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

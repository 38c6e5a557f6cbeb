/* test_answer - how each kind of model answer is judged */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/panic.h"
#include "stages/vision/answer.h"

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

static struct judgement judged(long status, const char *body, int should_retry)
{
    struct judgement judgement;
    const struct answer_heard heard = {
        .status = status, .should_retry = should_retry, .body = body, .size = strlen(body)};

    answer_judge(&heard, 3, &judgement);
    return judgement;
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
        {"cut answers are not parsed", GOOD, NULL, "length", DEED_LONGER, CODE_MODEL_TRUNCATED},
        {"nothing said within the limit is cut too", NULL, NULL, "length", DEED_LONGER, CODE_MODEL_TRUNCATED},
        {"the content filter ends the slide", GOOD, NULL, "content_filter", DEED_SLIDE, CODE_MODEL_FILTERED},
        {"an unknown end is a failed try", GOOD, NULL, "tool_calls", DEED_REASK, CODE_MODEL_BAD_ANSWER},
        {"no end is a failed try", GOOD, NULL, NULL, DEED_REASK, CODE_MODEL_BAD_ANSWER},
        {"no content is a failed try", NULL, NULL, "stop", DEED_REASK, CODE_MODEL_BAD_ANSWER},
        {"text is not an answer", "Sure, here it is:", NULL, "stop", DEED_REASK, CODE_MODEL_BAD_ANSWER},
        {"text after the object is not an answer", GOOD " Hope this helps!", NULL, "stop", DEED_REASK,
         CODE_MODEL_BAD_ANSWER},
        {"a list is not an answer", "[]", NULL, "stop", DEED_REASK, CODE_MODEL_BAD_ANSWER},
        {"a missing key is not an answer", "{\"title\":\"T\"}", NULL, "stop", DEED_REASK,
         CODE_MODEL_BAD_ANSWER},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *body = completion(rows[i].content, rows[i].refusal, rows[i].reason);
        struct judgement j = judged(200, body, -1);

        print_message("  %s\n", rows[i].name);
        assert_int_equal(j.deed, rows[i].deed);
        assert_int_equal(j.code, rows[i].code);
        assert_int_equal(j.input_tokens, 11);
        assert_int_equal(j.output_tokens, 7);
        assert_int_equal(j.answer != NULL, rows[i].deed == DEED_DONE);
        json_decref(j.answer);
        free(body);
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
        {"an HTML page under 200", 200, "<html>", -1, DEED_REASK, CODE_MODEL_BAD_ANSWER,
         "the body is not JSON"},
        {"nothing under 200", 200, "", -1, DEED_REASK, CODE_MODEL_BAD_ANSWER, "the body is not JSON"},
        {"no choices", 200, "{}", -1, DEED_REASK, CODE_MODEL_BAD_ANSWER, "no content"},
        {"an error hidden under 200", 200, "{\"error\":{\"code\":429,\"message\":\"slow\"}}", -1, DEED_SLOWER,
         CODE_MODEL_RATE_LIMITED, "HTTP 429, no code"},
        {"a gateway's HTML page", 502, "<html>", -1, DEED_AGAIN, CODE_MODEL_UNAVAILABLE,
         "HTTP 502, not JSON"},
        {"a bad key", 401, "{\"error\":{\"code\":\"invalid_api_key\",\"type\":\"x\",\"message\":\"m\"}}", -1,
         DEED_ALL, CODE_MODEL_AUTH, "HTTP 401, invalid_api_key"},
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
        struct judgement j = judged(rows[i].status, rows[i].body, rows[i].should_retry);

        print_message("  %s\n", rows[i].name);
        assert_int_equal(j.deed, rows[i].deed);
        assert_int_equal(j.code, rows[i].code);
        assert_string_equal(j.detail, rows[i].detail);
        assert_null(j.answer);
    }
}

static void judges_broken_transport(void **state)
{
    static const struct {
        struct answer_heard heard;
        enum deed deed;
        enum code code;
    } rows[] = {
        {{.timed_out = 1}, DEED_AGAIN, CODE_MODEL_TIMEOUT},
        {{.too_large = 1}, DEED_REASK, CODE_MODEL_BAD_ANSWER},
        {{.status = 0}, DEED_AGAIN, CODE_MODEL_UNAVAILABLE},
    };
    struct judgement j;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        answer_judge(&rows[i].heard, 3, &j);
        assert_int_equal(j.deed, rows[i].deed);
        assert_int_equal(j.code, rows[i].code);
    }
}

/* ---- answer_clean ---- */

/* The good answer with one member replaced; value NULL: taken out. */
static char *cleaned(const char *name, const char *value, const char **why)
{
    json_t *raw = json_loads(GOOD, 0, NULL), *clean;
    char *text;

    if (value == NULL)
        json_object_del(raw, name);
    else
        json_object_set_new(raw, name, json_loads(value, JSON_DECODE_ANY, NULL));
    clean = answer_clean(raw, 3, why);
    text = clean == NULL ? NULL : json_dumps(json_object_get(clean, name), JSON_COMPACT | JSON_ENCODE_ANY);
    json_decref(clean);
    json_decref(raw);
    return text;
}

static void cleans_each_member(void **state)
{
    static const struct {
        const char *name, *member, *value, *clean, *why;
    } rows[] = {
        {"blanks at the ends go", "title", "\" \\n A B \\t\"", "\"A B\"", NULL},
        {"control characters go, LF and TAB stay", "title", "\"a\\u0001\\u001b\\u007f\\u0085b\\nc\\td\"",
         "\"ab\\nc\\td\"", NULL},
        {"noncharacters go", "title",
         "\"a\xef\xbf\xbe"
         "b\"",
         "\"ab\"", NULL},
        {"an empty title is allowed", "title", "\" \"", "\"\"", NULL},
        {"empty paragraphs go", "explanation", "[\" \",\"x\",\"\"]", "[\"x\"]", NULL},
        {"no paragraph left is no explanation", "explanation", "[\" \"]", NULL, "the explanation is empty"},
        {"no key points are fine", "key_points", "[]", "[]", NULL},
        {"a card without back goes", "anki_cards",
         "[{\"front\":\"a\",\"back\":\" \"},{\"front\":\"c\",\"back\":\"d\"}]",
         "[{\"front\":\"c\",\"back\":\"d\"}]", NULL},
        {"cards beyond the limit go", "anki_cards",
         "[{\"front\":\"1\",\"back\":\"b\"},{\"front\":\"2\",\"back\":\"b\"},{\"front\":\"3\",\"back\":\"b\"}"
         ","
         "{\"front\":\"4\",\"back\":\"b\"}]",
         "[{\"front\":\"1\",\"back\":\"b\"},{\"front\":\"2\",\"back\":\"b\"},{\"front\":\"3\",\"back\":\"b\"}"
         "]",
         NULL},
        {"what nobody asked for goes", "anki_cards", "[{\"front\":\"a\",\"back\":\"b\",\"hint\":\"h\"}]",
         "[{\"front\":\"a\",\"back\":\"b\"}]", NULL},
        {"a number is no title", "title", "7", NULL, "a text is missing or not a string"},
        {"a missing title", "title", NULL, NULL, "a text is missing or not a string"},
        {"a text instead of a list", "key_points", "\"x\"", NULL, "a list is missing"},
        {"a number in a list", "key_points", "[7]", NULL, "a text is missing or not a string"},
        {"a card that is a text", "anki_cards", "[\"x\"]", NULL, "a text is missing or not a string"},
        {"no cards at all", "anki_cards", NULL, NULL, "the cards are missing"},
    };
    const char *why;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *clean = cleaned(rows[i].member, rows[i].value, &why);

        print_message("  %s\n", rows[i].name);
        if (rows[i].clean == NULL) {
            assert_null(clean);
            assert_string_equal(why, rows[i].why);
        } else {
            assert_non_null(clean);
            assert_string_equal(clean, rows[i].clean);
        }
        free(clean);
    }
}

static void refuses_what_goes_on_for_ever(void **state)
{
    static const struct {
        const char *member;
        size_t most; /* bytes still taken */
    } rows[] = {{"title", 500}, {"connections", 4000}, {"short_summary", 4000}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (size_t over = 0; over <= 1; over++) {
            size_t size = rows[i].most + over;
            char *value = need(size + 3), *clean;
            const char *why;

            memset(value, 'x', size + 2);
            value[0] = value[size + 1] = '"';
            value[size + 2] = '\0';
            clean = cleaned(rows[i].member, value, &why);
            assert_int_equal(clean == NULL, over == 1);
            free(clean);
            free(value);
        }
    }
}

static void keys_stand_in_the_order_of_the_format(void **state)
{
    json_t *raw = json_loads(GOOD, 0, NULL);
    const char *why;
    json_t *clean = answer_clean(raw, 3, &why);
    char *text = json_dumps(clean, JSON_COMPACT);

    (void)state;
    assert_string_equal(text, GOOD);
    free(text);
    json_decref(clean);
    json_decref(raw);
}

/* Strict structured outputs: every object closed, all its properties required. */
static void closed(const json_t *schema, unsigned *objects)
{
    const json_t *properties = json_object_get(schema, "properties"), *child;
    const char *name;

    if (json_is_object(json_object_get(schema, "items")))
        closed(json_object_get(schema, "items"), objects);
    if (properties == NULL)
        return;
    ++*objects;
    assert_true(json_is_false(json_object_get(schema, "additionalProperties")));
    assert_int_equal(json_object_size(properties), json_array_size(json_object_get(schema, "required")));
    json_object_foreach((json_t *)(uintptr_t)properties, name, child) closed(child, objects);
}

static void schema_is_strict(void **state)
{
    json_t *schema = answer_schema();
    unsigned objects = 0;

    (void)state;
    closed(schema, &objects);
    assert_int_equal(objects, 2);
    json_decref(schema);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judges_what_the_model_said),
        cmocka_unit_test(judges_http_errors),
        cmocka_unit_test(judges_broken_transport),
        cmocka_unit_test(cleans_each_member),
        cmocka_unit_test(refuses_what_goes_on_for_ever),
        cmocka_unit_test(keys_stand_in_the_order_of_the_format),
        cmocka_unit_test(schema_is_strict),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

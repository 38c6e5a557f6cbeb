/* test_job_request - a request for a job, in JSON and as a form */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/front/job_language.h"
#include "stages/front/job_request.h"

#define EACH(row) for (size_t row = 0; row < sizeof rows / sizeof *rows; row++)

#define GOOD "\"jobId\":\"j\",\"s3Key\":\"k\",\"email\":\"\",\"language\":\"English\""

static void jobs_are_checked(void **state)
{
    static const struct {
        const char *name, *body;
        int code; /* -1: good */
    } rows[] = {
        {"all four", "{" GOOD "}", -1},
        {"what nobody knows is ignored", "{" GOOD ",\"x\":[1]}", -1},
        {"null where a field is not taken", "{" GOOD ",\"pages\":null}", -1},
        {"a password", "{" GOOD ",\"password\":\"\u1100\u00e4\"}", -1},
        {"no password", "{" GOOD ",\"password\":null}", -1},
        {"a password of controls", "{" GOOD ",\"password\":\"a\\nb\"}", CODE_INVALID_VALUE},
        {"a password of digits", "{" GOOD ",\"password\":1234}", CODE_WRONG_TYPE},
        {"nothing", "", CODE_BAD_JSON},
        {"not an object", "[]", CODE_BAD_JSON},
        {"bytes behind the object", "{" GOOD "}x", CODE_BAD_JSON},
        {"a name twice", "{" GOOD ",\"jobId\":\"i\"}", CODE_BAD_JSON},
        {"a NUL", "{\"jobId\":\"\\u0000\"}", CODE_INVALID_VALUE},
        {"a lone surrogate", "{\"jobId\":\"\\ud800\"}", CODE_BAD_JSON},
        {"a field absent", "{\"jobId\":\"j\"}", CODE_MISSING_FIELD},
        {"null for a field", "{\"jobId\":null}", CODE_WRONG_TYPE},
        {"a number for text", "{\"jobId\":1}", CODE_WRONG_TYPE},
        {"an id with a slash", "{\"jobId\":\"a/b\"}", CODE_INVALID_VALUE},
        {"a field of other services", "{" GOOD ",\"pages\":\"1\"}", CODE_UNSUPPORTED_FIELD},
        {"a callback of one's own", "{" GOOD ",\"callbackUrl\":\"http://10.0.0.1/\"}",
         CODE_UNSUPPORTED_FIELD},
        {"metadata", "{" GOOD ",\"metadata\":{\"course\":\"\u00fc\",\"a-b_9\":\"\"}}", -1},
        {"metadata of nothing", "{" GOOD ",\"metadata\":{}}", -1},
        {"metadata that is a list", "{" GOOD ",\"metadata\":[]}", CODE_WRONG_TYPE},
        {"metadata with a number", "{" GOOD ",\"metadata\":{\"week\":3}}", CODE_WRONG_TYPE},
        {"metadata with levels", "{" GOOD ",\"metadata\":{\"a\":{}}}", CODE_WRONG_TYPE},
        {"metadata with a blank in a name", "{" GOOD ",\"metadata\":{\"a b\":\"\"}}", CODE_INVALID_VALUE},
        {"metadata with a line break", "{" GOOD ",\"metadata\":{\"a\":\"\\n\"}}", CODE_INVALID_VALUE},
        {"outputs that are always made", "{" GOOD ",\"outputs\":[\"summary\",\"docx\",\"apkg\"]}", -1},
        {"an output nobody knows", "{" GOOD ",\"outputs\":[\"pptx\"]}", CODE_INVALID_VALUE},
        {"outputs that are no list", "{" GOOD ",\"outputs\":\"docx\"}", CODE_WRONG_TYPE},
        {"a previous run", "{" GOOD ",\"previous\":\"j-0\"}", -1},
        {"a previous run that climbs", "{" GOOD ",\"previous\":\"../j-0\"}", CODE_INVALID_VALUE},
    };
    struct job_request job_request;
    struct request_error error;

    (void)state;
    EACH(i)
    {
        int rc = job_request_json(&job_request, rows[i].body, strlen(rows[i].body), false, &error);
        int code = rc == -1 ? (int)error.code : job_request.faulty ? (int)job_request.error.code : -1;
        bool has_id = code != CODE_BAD_JSON && strstr(rows[i].body, "\"jobId\":\"j\"") != NULL;

        if (code != rows[i].code || (rc == -1) != (code != -1 && !has_id)) /* with an id it is not refused */
            fail_msg("%s", rows[i].name);
    }
}

static void languages_are_understood_or_left(void **state)
{
    static const struct {
        const char *json, *language;
        bool remarked;
    } rows[] = {
        {"\"Spanish\"", "Spanish", false},
        {"\"es-MX\"", "es-MX", false},
        {"\"  espa\u00f1ol\\n\"", "espa\u00f1ol", false},
        {"\"ES\"", "ES", false},
        {"null", "", false},
        {"\"\"", "", false},
        {"\"   \"", "", false},
        {"[\"French\", \"x\"]", "French", false},
        {"[]", "", false},
        {"\"\\u0000\\u0007\"", "", true},
        {"\"Spa\\u0000nish\"", "Spa nish", true},
        {"5", "", true},
        {"true", "", true},
        {"{\"a\":1}", "", true},
        {"\"undefined\"", "", true},
        {"\"[object Object]\"", "", true},
        {"\"12\"", "", true},
        {"\"Klingon\"", "Klingon", true},
        {"\"please write everything in German so that my grandmother can read it, too, thanks\"", "de-DE",
         true},
        {"\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", "",
         true},
    };
    (void)state;

    EACH(i)
    {
        char language[MAX_LANGUAGE + 1], remark[REMARK_ROOM];
        json_t *value = json_loads(rows[i].json, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);

        assert_non_null(value);
        job_language_read(value, language, remark);
        if (strcmp(language, rows[i].language) != 0 || (*remark != '\0') != rows[i].remarked)
            fail_msg("%s: '%s' (%s)", rows[i].json, language, remark);
        json_decref(value);
    }
}

static void metadata_is_bounded(void **state)
{
    char body[32768], value[801] = "", *at;
    struct job_request job_request;
    struct request_error error;

    (void)state;
    for (int i = 0; i < 200; i++)
        strcat(value, "\U0001f600");
    for (int members = 16; members <= 17; members++) {
        at = body + sprintf(body, "{" GOOD ",\"metadata\":{");
        for (int i = 0; i < members; i++)
            at += sprintf(at, "%s\"a123456789012345678901234567890123456_%02d\":\"%s\"", i > 0 ? "," : "", i,
                          value);
        strcpy(at, "}}");
        assert_int_equal(job_request_json(&job_request, body, strlen(body), false, &error), 0);
        assert_int_equal(job_request.faulty, members == 17);
    }
    sprintf(body, "{" GOOD ",\"metadata\":{\"a\":\"%s.\"}}", value);
    assert_int_equal(job_request_json(&job_request, body, strlen(body), false, &error), 0);
    assert_true(job_request.faulty);
}

static void parts_of_a_form_are_wishes(void **state)
{
    struct job_request job_request = {.job = ""};
    struct request_error error;

    (void)state;
    assert_int_equal(job_request_field(&job_request, "metadata", "{\"b\": \"1\", \"a\": \"2\"}", 20, &error),
                     0);
    assert_string_equal(job_request.options.metadata, "{\"b\":\"1\",\"a\":\"2\"}");
    assert_int_equal(job_request_field(&job_request, "outputs", "docx,apkg", 9, &error), 0);
    assert_int_equal(job_request.options.outputs, 0);
    assert_int_equal(job_request_field(&job_request, "outputs", "docx, apkg", 10, &error), -1);
    assert_int_equal(job_request_field(&job_request, "previous", "j-0", 3, &error), 0);
    assert_string_equal(job_request.options.previous, "j-0");
    assert_int_equal(job_request_field(&job_request, "password", "gr\u00fc\u00df", 6, &error), 0);
    assert_string_equal(job_request.options.password, "gr\u00fc\u00df");
}

static void digests_tell_requests_apart(void **state)
{
    struct job_request one = {.job = "a", .key = "k", .email = "ab", .language = "c"};
    struct job_request other = {.job = "b", .key = "k", .email = "a", .language = "bc"};
    char a[DIGEST_HEX + 1], b[DIGEST_HEX + 1];

    (void)state;
    job_request_digest(&one, NULL, a);
    job_request_digest(&other, NULL, b);
    assert_string_not_equal(a, b);
    strcpy(other.email, "ab");
    strcpy(other.language, "c");
    job_request_digest(&other, NULL, b);
    assert_string_equal(a, b); /* the id is not part of it */
    request_options_none(&one.options);
    request_options_none(&other.options);
    snprintf(one.options.instructions, sizeof one.options.instructions, "3 prev {\"a\":\"b\"}\nshort");
    other.options.outputs = 3; /* as text the two were alike */
    snprintf(other.options.previous, sizeof other.options.previous, "%s", "prev");
    snprintf(other.options.metadata, sizeof other.options.metadata, "%s", "{\"a\":\"b\"}");
    snprintf(other.options.instructions, sizeof other.options.instructions, "%s", "short");
    job_request_digest(&one, NULL, a);
    job_request_digest(&other, NULL, b);
    assert_string_not_equal(a, b);
    request_options_none(&one.options);
    request_options_none(&other.options);
    job_request_digest(&one, NULL, a);
    snprintf(other.options.password, sizeof other.options.password, "not to be found in it");
    job_request_digest(&other, NULL, b);
    assert_string_equal(a, b); /* its share is the supervisor's to add */
    job_request_digest(&one, (const unsigned char *)"01234567890123456789012345678901", b);
    assert_string_not_equal(a, b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jobs_are_checked),
        cmocka_unit_test(languages_are_understood_or_left),
        cmocka_unit_test(metadata_is_bounded),
        cmocka_unit_test(parts_of_a_form_are_wishes),
        cmocka_unit_test(digests_tell_requests_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

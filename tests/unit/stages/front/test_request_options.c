/* test_request_options - what a request may ask for beside the four fields, as JSON and as a part of a form
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/front/request_options.h"

#define EACH(row) for (size_t row = 0; row < sizeof rows / sizeof *rows; row++)

static void members_are_checked(void **state)
{
    static const struct {
        const char *name, *json;
        int code; /* -1: good */
    } rows[] = {
        {"instructions", "\"For beginners,\\n\\twith examples.\"", -1},
        {"instructions", "\"\"", -1},
        {"instructions", "null", -1},
        {"instructions", "\"a\\u0000b\"", CODE_INVALID_VALUE},
        {"instructions", "\"a\\u001bb\"", CODE_INVALID_VALUE},
        {"instructions", "[\"a\"]", CODE_WRONG_TYPE},
        {"cards", "{}", -1},
        {"cards", "{\"style\":\"cloze\",\"max_per_slide\":50}", -1},
        {"cards", "{\"max_per_slide\":0}", -1},
        {"cards", "{\"max_per_slide\":51}", CODE_INVALID_VALUE},
        {"cards", "{\"max_per_slide\":-1}", CODE_INVALID_VALUE},
        {"cards", "{\"max_per_slide\":1.0}", CODE_WRONG_TYPE},
        {"cards", "{\"max_per_slide\":\"1\"}", CODE_WRONG_TYPE},
        {"cards", "{\"max_per_slide\":9223372036854775807}", CODE_INVALID_VALUE},
        {"cards", "{\"style\":\"Cloze\"}", CODE_INVALID_VALUE},
        {"cards", "{\"style\":\"cloze\\u0000\"}", CODE_INVALID_VALUE},
        {"cards", "{\"style\":1}", CODE_WRONG_TYPE},
        {"cards", "{\"count\":1}", CODE_UNSUPPORTED_FIELD},
        {"cards", "{\"style\":\"basic\",\"x\":null}", CODE_UNSUPPORTED_FIELD},
        {"cards", "[]", CODE_WRONG_TYPE},
        {"priority", "\"economy\"", -1},
        {"priority", "\"normal\"", -1},
        {"priority", "\"\"", CODE_INVALID_VALUE},
        {"priority", "\"high\"", CODE_INVALID_VALUE},
        {"priority", "true", CODE_WRONG_TYPE},
        {"outputs", "[]", -1},
        {"outputs", "[\"md\",\"md\",\"html\"]", -1},
        {"outputs", "[\"md\",null]", CODE_INVALID_VALUE},
        {"outputs", "[\"md\\u0000\"]", CODE_INVALID_VALUE},
        {"outputs", "{\"md\":true}", CODE_WRONG_TYPE},
        {"metadata", "{\"course\":\"CS 240\"}", -1},
        {"metadata", "{\"\":\"\"}", CODE_INVALID_VALUE},
        {"metadata", "{\"a\":null}", CODE_WRONG_TYPE},
        {"previous", "\"job-1\"", -1},
        {"previous", "\"\"", CODE_INVALID_VALUE},
        {"previous", "\"a/../b\"", CODE_INVALID_VALUE},
        {"previous", "1", CODE_WRONG_TYPE},
        {"password", "\"\"", -1},
        {"password", "\"p\\u0000\"", CODE_INVALID_VALUE},
        {"password", "1", CODE_WRONG_TYPE},
    };

    (void)state;
    EACH(i)
    {
        json_t *value = json_loads(rows[i].json, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
        struct request_options options;
        struct request_error error;
        int rc;

        assert_non_null(value);
        request_options_none(&options);
        rc = request_options_member(&options, rows[i].name, value, &error);
        if (rc != (rows[i].code == -1 ? 0 : -1) || (rc == -1 && (int)error.code != rows[i].code))
            fail_msg("%s: %s", rows[i].name, rows[i].json);
        if (rc == -1) /* the sentence names the field */
            assert_non_null(strstr(error.detail, rows[i].name));
        json_decref(value);
    }
}

static void what_is_asked_for_is_kept(void **state)
{
    struct request_options options;
    struct request_error error;
    json_t *value = json_pack("{s:s, s:i}", "style", "mixed", "max_per_slide", 7);

    (void)state;
    request_options_none(&options);
    assert_false(options.has_style);
    assert_int_equal(options.cards, CARDS_UNSAID);
    assert_int_equal(request_options_member(&options, "cards", value, &error), 0);
    assert_true(options.has_style);
    assert_string_equal(card_style_name(options.style), "mixed");
    assert_int_equal(options.cards, 7);
    json_decref(value);
    value = json_pack("[s, s]", "summary", "tsv");
    assert_int_equal(request_options_member(&options, "outputs", value, &error), 0);
    assert_int_equal(options.outputs, 1u << ARTIFACT_TSV); /* what is always made says nothing */
    json_decref(value);
    assert_int_equal(request_options_member(&options, "cards", NULL, &error), 0);
    assert_int_equal(options.cards, 7); /* what is absent changes nothing */
}

static void parts_are_read(void **state)
{
    static const struct {
        const char *name, *text;
        int code; /* -1: good */
    } rows[] = {
        {"instructions", "Gr\u00fc\u00dfe", -1},
        {"instructions", "a\xff", CODE_INVALID_VALUE},
        {"cards", "{\"style\":\"basic\"}", -1},
        {"cards", "basic", CODE_INVALID_VALUE},
        {"cards", "{\"style\":\"basic\"", CODE_INVALID_VALUE},
        {"cards", "{\"max_per_slide\":1,\"max_per_slide\":2}", CODE_INVALID_VALUE},
        {"priority", "economy", -1},
        {"priority", "cheap", CODE_INVALID_VALUE},
        {"outputs", "md,html", -1},
        {"outputs", "md;html", CODE_INVALID_VALUE},
        {"outputs", "", -1},
        {"metadata", "[]", CODE_WRONG_TYPE},
        {"metadata", "{\"a\":\"b\"} x", CODE_INVALID_VALUE},
        {"password", "a\x01", CODE_INVALID_VALUE},
    };

    (void)state;
    EACH(i)
    {
        struct request_options options;
        struct request_error error;
        int rc;

        request_options_none(&options);
        rc = request_options_part(&options, rows[i].name, rows[i].text, strlen(rows[i].text), &error);
        if (rc != (rows[i].code == -1 ? 0 : -1) || (rc == -1 && (int)error.code != rows[i].code))
            fail_msg("%s: %s", rows[i].name, rows[i].text);
    }
}

static void names_are_those_of_the_table(void **state)
{
    size_t count = 0;

    (void)state;
    for (const char *name; (name = request_options_name(count)) != NULL; count++)
        assert_true(request_options_known(name));
    assert_int_equal(count, 7);
    assert_false(request_options_known("Cards"));
    assert_false(request_options_known(""));
}

/* The text goes into the digest of the request: an option more is another request, no option is "". */
static void texts_tell_options_apart(void **state)
{
    struct request_options options;
    char *text, *other;

    (void)state;
    request_options_none(&options);
    text = request_options_text(&options);
    assert_string_equal(text, "");
    free(text);
    options.economy = true;
    text = request_options_text(&options);
    options.economy = false;
    options.cards = 1;
    other = request_options_text(&options);
    assert_string_not_equal(text, other);
    free(text);
    strcpy(options.password, "secret");
    text = request_options_text(&options);
    assert_string_equal(text, other);
    free(text);
    strcpy(options.metadata, "{\"a\":\"b\"}");
    text = request_options_text(&options);
    assert_string_not_equal(text, other);
    assert_null(strstr(text, "secret"));
    free(text);
    free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_checked),      cmocka_unit_test(what_is_asked_for_is_kept),
        cmocka_unit_test(parts_are_read),           cmocka_unit_test(names_are_those_of_the_table),
        cmocka_unit_test(texts_tell_options_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

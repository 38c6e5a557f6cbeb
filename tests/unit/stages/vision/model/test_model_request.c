/* test_model_request - the body of a model call in each dialect, and strangers' text in prompts */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/vision/model/model_request.h"
#include "stages/vision/model/prompt_quote.h"
#include "tests/unit/body_text.h"

static json_t *body_of(struct dialect dialect, const char *user, const char *jpeg)
{
    struct model_request request = {.model = "m",
                                    .detail = "low",
                                    .system = json_string("rules"),
                                    .user = json_string(user),
                                    .jpeg = jpeg,
                                    .jpeg_size = jpeg == NULL ? 0 : strlen(jpeg),
                                    .max_tokens = 77,
                                    .dialect = dialect,
                                    .schema_name = "answer",
                                    .schema = json_pack("{s:s}", "type", "object")};
    struct http_body *whole = model_request_body(&request);
    size_t size;
    char *text = body_text(&whole, &size);
    json_t *body = json_loadb(text, size, 0, NULL);

    assert_non_null(body);
    assert_int_equal(strlen(text), size);
    free(text);
    return body;
}

static const char *text_at(const json_t *body, size_t message, const char *name)
{
    return json_string_value(
        json_object_get(json_array_get(json_object_get(body, "messages"), message), name));
}

static void the_words_of_the_dialect(void **state)
{
    json_t *body =
        body_of((struct dialect){.format = FORMAT_SCHEMA, .tokens = TOKENS_COMPLETION}, "hello", NULL);

    (void)state;
    assert_int_equal(json_integer_value(json_object_get(body, "max_completion_tokens")), 77);
    assert_null(json_object_get(body, "max_tokens"));
    assert_string_equal(json_string_value(json_object_get(json_object_get(body, "response_format"), "type")),
                        "json_schema");
    assert_true(json_is_false(json_object_get(body, "stream")));
    assert_string_equal(text_at(body, 0, "role"), "system");
    assert_string_equal(text_at(body, 1, "content"), "hello");
    json_decref(body);
    body = body_of((struct dialect){.format = FORMAT_OBJECT, .tokens = TOKENS_PLAIN}, "hello", NULL);
    assert_int_equal(json_integer_value(json_object_get(body, "max_tokens")), 77);
    assert_string_equal(json_string_value(json_object_get(json_object_get(body, "response_format"), "type")),
                        "json_object");
    json_decref(body);
    body = body_of((struct dialect){.format = FORMAT_PROMPT, .one_role = true}, "hello", NULL);
    assert_null(json_object_get(body, "response_format"));
    assert_int_equal(json_array_size(json_object_get(body, "messages")), 1);
    assert_string_equal(text_at(body, 0, "content"), "rules\n\nhello");
    json_decref(body);
}

/* The picture goes into its own member, whatever the slide's text looks like. */
static void the_picture_goes_where_it_belongs(void **state)
{
    static const char user[] = "\"url\":\"data:image/jpeg;base64,\" :\"data:image/jpeg;base64,\"";
    json_t *body = body_of((struct dialect){.format = FORMAT_PROMPT}, user, "abcd"), *content;

    (void)state;
    content = json_object_get(json_array_get(json_object_get(body, "messages"), 1), "content");
    assert_string_equal(json_string_value(json_object_get(json_array_get(content, 0), "text")), user);
    assert_string_equal(
        json_string_value(json_object_get(json_object_get(json_array_get(content, 1), "image_url"), "url")),
        "data:image/jpeg;base64,YWJjZA==");
    json_decref(body);
}

static void write_all(FILE *out, const void *arg)
{
    fputs(arg, out);
}

static void texts_are_written_as_they_are(void **state)
{
    json_t *text = model_request_text(write_all, "a \"quote\"\n细胞 قلب \\");

    (void)state;
    assert_string_equal(json_string_value(text), "a \"quote\"\n细胞 قلب \\");
    json_decref(text);
}

/* ---- quotations ---- */

static void check_quote(const char *text, size_t max, const char *wanted)
{
    char *got = NULL;
    size_t size;
    FILE *out = open_memstream(&got, &size);

    prompt_quote(out, text, max);
    fclose(out);
    assert_string_equal(got, wanted);
    free(got);
}

static void nothing_looks_like_the_end_of_a_quotation(void **state)
{
    (void)state;
    check_quote("one\ntwo", 99, "| one\n| two\n");
    check_quote("a\r\x01\x7f"
                "b",
                99, "| a   b\n");
    check_quote("\n\n", 99, "| \n| \n| \n");
    check_quote("", 99, "| \n");
    check_quote("abcdef", 3, "| abc [...]\n");
    check_quote("细胞", 4, "| 细 [...]\n"); /* cut between characters */
}

/* The text layer of a page with so many lines of a kind. */
static char *layer_of(const char *line, int count)
{
    struct page *page = page_new(100, 100);
    char *got = NULL;
    size_t size;
    FILE *out = open_memstream(&got, &size);

    for (int i = 0; i < count; i++)
        page_add(page, &(struct page_line){0, 0, 9, 9, 9, false, false, (char *)(uintptr_t)line});
    prompt_quote_text_layer(out, page);
    fclose(out);
    page_free(&page);
    return got;
}

static void a_text_layer_is_quoted_up_to_a_bound(void **state)
{
    char *got = layer_of("line", 2), line[5001];

    (void)state;
    assert_string_equal(got, "\nText layer of the slide:\n| line\n| line\n");
    free(got);
    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\0';
    got = layer_of(line, 4);
    assert_in_range(strlen(got), 12000, 12100);
    assert_non_null(strstr(got, "x [...]\n| [...]\n"));
    free(got);
    got = layer_of("", 0);
    assert_string_equal(got, "\nThe slide has no text layer.\n");
    free(got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_words_of_the_dialect),
        cmocka_unit_test(the_picture_goes_where_it_belongs),
        cmocka_unit_test(texts_are_written_as_they_are),
        cmocka_unit_test(nothing_looks_like_the_end_of_a_quotation),
        cmocka_unit_test(a_text_layer_is_quoted_up_to_a_bound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

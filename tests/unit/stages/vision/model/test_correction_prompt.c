/* test_correction_prompt - the request that asks about statements of an answer */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/vision/model/correction_prompt.h"
#include "tests/unit/body_text.h"

static struct prompt_templates *texts;

static int texts_open(void **state)
{
    char why[512];

    (void)state;
    texts = prompt_templates_load("", why, sizeof why);
    return texts == NULL ? -1 : 0;
}

static int texts_close(void **state)
{
    (void)state;
    prompt_templates_free(&texts);
    return 0;
}

struct asked {
    struct page *page;
    json_t *statements;
    struct correction_prompt prompt;
};

static void asked_open(struct asked *asked)
{
    static char text[] = "A shell reads.";

    asked->page = page_new(1365, 768);
    page_add(asked->page, &(struct page_line){.size = 20, .text = text});
    asked->statements =
        json_pack("[{s:s, s:s, s:s, s:[s, s]}, {s:s, s:s, s:s, s:[s]}]", "where", "key_points", "front", "",
                  "text", "It has 7\n{language} modes.", "doubts", "7", "modes", "where", "card", "front",
                  "How many?", "text", "98", "doubts", "98");
    assert_non_null(asked->statements);
    asked->prompt = (struct correction_prompt){.texts = texts,
                                               .model = "gpt-4o",
                                               .detail = "high",
                                               .language = "es",
                                               .page = asked->page,
                                               .slide = 3,
                                               .slides = 20,
                                               .max_tokens = 4096,
                                               .statements = asked->statements};
}

static void asked_close(struct asked *asked)
{
    json_decref(asked->statements);
    page_free(&asked->page);
}

static json_t *body_of(const struct asked *asked)
{
    struct http_body *whole = correction_prompt_body(&asked->prompt);
    size_t size;
    char *body = body_text(&whole, &size);
    json_t *root = json_loadb(body, size, JSON_REJECT_DUPLICATES, NULL);

    assert_non_null(root);
    free(body);
    return root;
}

static const char *content_of(const json_t *body, size_t message)
{
    const json_t *entry = json_array_get(json_object_get(body, "messages"), message);
    const char *text = json_string_value(json_object_get(entry, "content"));

    assert_non_null(text);
    return text;
}

static void statements_are_numbered_and_quoted(void **state)
{
    struct asked asked;
    const char *user;
    json_t *body;

    (void)state;
    asked_open(&asked);
    body = body_of(&asked);
    user = content_of(body, 1);
    assert_non_null(strstr(user, "\nThis is slide 3 of 20.\n\nText layer of the slide:\n| A shell reads.\n"));
    assert_non_null(strstr(
        user, "\nStatement 1, a key point:\n| It has 7\n| {language} modes.\nIn doubt:\n| 7\n| modes\n"));
    assert_non_null(
        strstr(user, "\nStatement 2, a flashcard. Front:\n| How many?\nBack:\n| 98\nIn doubt:\n| 98\n"));
    assert_non_null(strstr(user, "do not get the picture"));
    assert_non_null(strstr(content_of(body, 0), "Write everything in Spanish."));
    json_decref(body);
    asked_close(&asked);
}

static void only_corrections_are_asked_for(void **state)
{
    struct asked asked;
    const json_t *schema;
    json_t *body;

    (void)state;
    asked_open(&asked);
    body = body_of(&asked);
    schema =
        json_object_get(json_object_get(json_object_get(body, "response_format"), "json_schema"), "schema");
    assert_int_equal(json_object_size(json_object_get(schema, "properties")), 1);
    assert_non_null(json_object_get(json_object_get(schema, "properties"), "corrections"));
    assert_true(json_is_false(json_object_get(schema, "additionalProperties")));
    json_decref(body);
    asked.prompt.dialect.format = FORMAT_PROMPT; /* then the words alone say so */
    body = body_of(&asked);
    assert_null(json_object_get(body, "response_format"));
    assert_non_null(strstr(content_of(body, 0), "{\"corrections\": [{\"number\": integer"));
    json_decref(body);
    asked_close(&asked);
}

static void the_picture_goes_along_where_it_is_given(void **state)
{
    static const unsigned char picture[] = {0xff, 0xd8, 0xff, 0xe0};
    struct asked asked;
    const json_t *parts;
    json_t *body;

    (void)state;
    asked_open(&asked);
    asked.prompt.jpeg = picture;
    asked.prompt.jpeg_size = sizeof picture;
    body = body_of(&asked);
    parts = json_object_get(json_array_get(json_object_get(body, "messages"), 1), "content");
    assert_int_equal(json_array_size(parts), 2);
    assert_null(strstr(json_string_value(json_object_get(json_array_get(parts, 0), "text")),
                       "do not get the picture"));
    json_decref(body);
    asked_close(&asked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_are_numbered_and_quoted),
        cmocka_unit_test(only_corrections_are_asked_for),
        cmocka_unit_test(the_picture_goes_along_where_it_is_given),
    };

    return cmocka_run_group_tests(tests, texts_open, texts_close);
}

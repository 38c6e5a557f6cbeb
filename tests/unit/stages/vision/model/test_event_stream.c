/* test_event_stream - event streams put together to the completion they are pieces of */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/vision/model/event_stream.h"

#define SAYS(text) "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" text "\"}}]}\n\n"
#define STOP       "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
#define DONE       "data: [DONE]\n\n"

static json_t *read_stream(const char *body)
{
    return event_stream_read(body, strlen(body));
}

/* What a stream says, and how it ends. */
static void check(const char *body, const char *content, const char *finish)
{
    json_t *root = read_stream(body), *choice, *said;

    assert_non_null(root);
    choice = json_array_get(json_object_get(root, "choices"), 0);
    said = json_object_get(json_object_get(choice, "message"), "content");
    assert_string_equal(json_is_string(said) ? json_string_value(said) : "", content);
    assert_string_equal(json_string_value(json_object_get(choice, "finish_reason")), finish);
    json_decref(root);
}

static void pieces_become_one_text(void **state)
{
    (void)state;
    check(SAYS("The ") SAYS("cell") STOP DONE, "The cell", "stop");
    check(SAYS("细") SAYS("胞") SAYS(" قلب") STOP DONE, "细胞 قلب", "stop");
    check("event: message\nid: 1\nretry: 5\n: a comment\n" SAYS("a") STOP, "a", "stop");
    check("data:{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\r\n\r\n" STOP DONE, "a", "stop");
    check("{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n" STOP, "a", "stop"); /* without data: */
    check(SAYS("a") "data: "
                    "{\"choices\":[{\"delta\":{\"content\":[{\"text\":\"b\"},{\"text\":\"c\"}]}}]}\n\n" STOP,
          "abc", "stop");
    check("data: {\"choices\":[\ndata: {\"delta\":{\"content\":\"a\"}}]}\n\n" STOP, "a",
          "stop"); /* over two lines */
}

static void the_end_tells_how_it_went(void **state)
{
    (void)state;
    check(SAYS("a") DONE, "a", "stop");
    check(SAYS("a"), "a", "error"); /* the connection broke */
    check(SAYS("a") "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}]}\n\n" DONE, "a",
          "length");
    check(SAYS("a") STOP DONE SAYS("after the end"), "a", "stop");
    check("data: {\"choices\":[]}\n\n" DONE, "", "stop");
}

static void other_choices_are_passed_over(void **state)
{
    (void)state;
    check(SAYS("a") "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"no\"}}]}\n\n" STOP, "a",
          "stop");
}

static void arguments_of_calls_are_joined(void **state)
{
    json_t *root = read_stream(
        "data: "
        "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\\\"\"}}]"
        "}}]}\n\n"
        "data: "
        "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\":1}\"}}]}}]}"
        "\n\n"
        "data: "
        "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":99,\"function\":{\"arguments\":\"no\"}}]}}]}"
        "\n\n"
        "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":-1,\"function\":{\"arguments\":\" "
        "\"}}]}}]}\n\n" DONE);
    json_t *message = json_object_get(json_array_get(json_object_get(root, "choices"), 0), "message");
    json_t *calls = json_object_get(message, "tool_calls");

    (void)state;
    assert_int_equal(json_array_size(calls), 1);
    assert_string_equal(json_string_value(json_object_get(
                            json_object_get(json_array_get(calls, 0), "function"), "arguments")),
                        "{\"a\":1} ");
    json_decref(root);
}

static void usage_model_and_error_come_along(void **state)
{
    json_t *root = read_stream("data: {\"model\":\"m\",\"usage\":null,\"choices\":[]}\n\n"
                               "data: {\"usage\":{\"prompt_tokens\":7}}\n\n" DONE);

    (void)state;
    assert_string_equal(json_string_value(json_object_get(root, "model")), "m");
    assert_int_equal(json_integer_value(json_object_get(json_object_get(root, "usage"), "prompt_tokens")), 7);
    json_decref(root);
    root = read_stream(SAYS("half an") "data: {\"error\":{\"message\":\"overloaded\"}}\n\n");
    assert_true(json_is_object(json_object_get(root, "error")));
    assert_null(json_object_get(root, "choices"));
    json_decref(root);
}

/* A piece that cannot be read is missing in the text: better none than a text with a hole. */
static void broken_streams_are_none(void **state)
{
    static const char *const rows[] = {"",
                                       "\n\n\n",
                                       ": only a comment\n\n",
                                       "data:\n\n",
                                       DONE,
                                       SAYS("a") "data: {\"choices\":[{\"delta\":{\"content\":\"b\n\n" STOP,
                                       SAYS("a") "data: not JSON\n\n" STOP,
                                       SAYS("a") "data: {\"choices\":[{\"del",
                                       "data: [1,2]\n\ndata: {\"a\":\xff}\n\n",
                                       "<html>502</html>"};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_t *root = read_stream(rows[i]);

        if (root != NULL)
            print_message("    row %zu is one\n", i);
        assert_null(root);
    }
}

static void strange_values_are_no_text(void **state)
{
    (void)state;
    check("data: {\"choices\":{\"delta\":1}}\n\n" SAYS("a") STOP, "a", "stop");
    check("data: {\"choices\":[7,null,{\"delta\":{\"content\":{\"a\":1}},\"finish_reason\":3}]}\n\n" SAYS("a")
              STOP,
          "a", "stop");
    check("data: {\"choices\":[{\"delta\":{\"content\":\"\\ud800x\\u0000\"}}]}\n\n" STOP, "\xef\xbf\xbdx\x01",
          "stop");
}

static void streams_are_known_by_their_beginning(void **state)
{
    (void)state;
    assert_true(event_stream_begins("data: {}", 8));
    assert_true(event_stream_begins("event: x", 8));
    assert_false(event_stream_begins("dat", 3));
    assert_false(event_stream_begins("{\"data:\":1}", 11));
    assert_false(event_stream_begins("", 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_become_one_text),
        cmocka_unit_test(the_end_tells_how_it_went),
        cmocka_unit_test(other_choices_are_passed_over),
        cmocka_unit_test(arguments_of_calls_are_joined),
        cmocka_unit_test(usage_model_and_error_come_along),
        cmocka_unit_test(broken_streams_are_none),
        cmocka_unit_test(strange_values_are_no_text),
        cmocka_unit_test(streams_are_known_by_their_beginning),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

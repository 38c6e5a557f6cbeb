/* test_error_body - what HTTP errors say, in whatever shape, and what of it may be shown */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "stages/vision/model/error_body.h"

static void check(const char *body, const char *word, const char *param, const char *message)
{
    json_t *root = json_loads(body, JSON_DECODE_ANY, NULL);
    struct error_said said;

    error_body_read(root, body, strlen(body), &said);
    assert_string_equal(said.words[0], word);
    assert_string_equal(said.param, param);
    if (strstr(said.message, message) == NULL)
        print_message("    %s: %s\n", body, said.message);
    assert_non_null(strstr(said.message, message));
    json_decref(root);
}

static void shapes_of_errors(void **state)
{
    (void)state;
    check("{\"error\":{\"message\":\"No such model\",\"type\":\"invalid_request_error\",\"param\":\"model\","
          "\"code\":\"model_not_found\"}}",
          "model_not_found", "model", "No such model");
    check("[{\"error\":{\"message\":\"a\",\"status\":\"UNAVAILABLE\"}}]", "UNAVAILABLE", "", "a");
    check("{\"detail\":\"Not Found\"}", "", "", "Not Found");
    check("{\"detail\":[{\"loc\":[\"body\",\"messages\"],\"msg\":\"field required\",\"type\":\"missing\"}]}",
          "missing", "messages", "field required");
    check("{\"message\":\"at the top\"}", "", "", "at the top");
    check("{\"error\":\"only a text\"}", "", "", "only a text");
}

static void bodies_that_are_no_error(void **state)
{
    static const char *const rows[] = {"", "[]", "{}", "7", "null", "{\"error\":null}"};
    struct error_said said;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_t *root = json_loads(rows[i], JSON_DECODE_ANY, NULL);

        error_body_read(root, rows[i], strlen(rows[i]), &said);
        assert_string_equal(said.words[0], "");
        assert_int_equal(said.status, 0);
        json_decref(root);
    }
}

static void what_looks_like_an_error(void **state)
{
    json_t *error = json_loads("{\"error\":{\"message\":\"a\"}}", 0, NULL),
           *answer = json_loads("{\"choices\":[]}", 0, NULL);

    (void)state;
    assert_non_null(error_body_in(error));
    assert_null(error_body_in(answer));
    assert_null(error_body_in(NULL));
    json_decref(error);
    json_decref(answer);
}

static void hostile_bodies_stay_in_their_room(void **state)
{
    static char body[300000];
    struct error_said said;
    json_t *root;

    (void)state;
    strcpy(body, "{\"error\":{\"message\":\"");
    memset(body + strlen(body), 'a', 200000);
    strcat(body, "\",\"code\":\"");
    memset(body + strlen(body), 'b', 5000);
    strcat(body, "\"}}");
    root = json_loads(body, 0, NULL);
    error_body_read(root, body, strlen(body), &said);
    assert_true(strlen(said.message) < sizeof said.message);
    assert_true(strlen(said.words[0]) < sizeof said.words[0]);
    json_decref(root);
    root = json_loads("{\"error\":{\"message\":\"a\\u001b[31m\\r\\nb\"}}", 0, NULL);
    error_body_read(root, "", 0, &said);
    assert_null(strpbrk(said.message, "\x1b\r\n"));
    json_decref(root);
    error_body_read(NULL, "<html>\xff\xfe\x00<b>", 13, &said);
}

/* A sentence for people never shows a key or a picture. */
static void sentences_show_no_secret(void **state)
{
    char to[200];

    (void)state;
    error_body_sentence("wrong key sk-very-secret-0 given", "sk-very-secret-0", to, sizeof to);
    assert_null(strstr(to, "very-secret"));
    error_body_sentence(
        "token QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NTY3ODk= is bad",
        "", to, sizeof to);
    assert_null(strstr(to, "QUJDREVGR0hJSktM"));
    error_body_sentence("细胞细胞细胞", NULL, to, 8);
    assert_true(strlen(to) < 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes_of_errors),         cmocka_unit_test(bodies_that_are_no_error),
        cmocka_unit_test(what_looks_like_an_error), cmocka_unit_test(hostile_bodies_stay_in_their_room),
        cmocka_unit_test(sentences_show_no_secret),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

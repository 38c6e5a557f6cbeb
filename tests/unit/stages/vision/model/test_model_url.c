/* test_model_url - the URLs of a model's API out of a base URL */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "stages/vision/model/model_url.h"

static void a_base_becomes_the_url_of_chats(void **state)
{
    static const struct {
        const char *base, *url;
    } rows[] = {
        {"https://a.example/v1", "https://a.example/v1/chat/completions"},
        {"https://a.example", "https://a.example/chat/completions"},
        {"https://a.example/v1//", "https://a.example/v1/chat/completions"},
        {"https://a.example/v1/chat/completions", "https://a.example/v1/chat/completions"},
        {"https://a.example/v1/chat/completions/", "https://a.example/v1/chat/completions"},
        {"https://a.example:8443/v1?api-version=1&b=%2F",
         "https://a.example:8443/v1/chat/completions?api-version=1&b=%2F"},
        {"http://[::1]:9/v1", "http://[::1]:9/v1/chat/completions"},
        {"https://a.example/a%20b?x=chat/completions",
         "https://a.example/a%20b/chat/completions?x=chat/completions"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *url = model_url_chat(rows[i].base);

        assert_string_equal(url, rows[i].url);
        free(url);
    }
}

static void what_is_no_url_is_none(void **state)
{
    static const char *const rows[] = {"",
                                       "a.example/v1",
                                       "https://",
                                       "https://a b/v1",
                                       "https://a.example:99999/v1",
                                       "https://a.example/v1\nHost: b"};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_null(model_url_chat(rows[i]));
}

static void other_paths_keep_base_and_query(void **state)
{
    char *url = model_url_with_path("https://a.example/v1/chat/completions?api-version=1", "/batches",
                                    "limit=100&after=b%26c");

    (void)state;
    assert_string_equal(url, "https://a.example/v1/batches?api-version=1&limit=100&after=b%26c");
    free(url);
    url = model_url_with_path("https://a.example/chat/completions", "/files", "");
    assert_string_equal(url, "https://a.example/files");
    free(url);
}

/* A provider names its batches and files; a name must not lead to another path. */
static void names_cannot_leave_their_place(void **state)
{
    static const struct {
        const char *name, *path;
    } rows[] = {{"batch_1-2.~", "/batches/batch_1-2.~/cancel"},
                {"../files/x", "/batches/..%2Ffiles%2Fx/cancel"},
                {"a?b#c&d%s", "/batches/a%3Fb%23c%26d%25s/cancel"},
                {"\xc3\xa9 ", "/batches/%C3%A9%20/cancel"},
                {"", "/batches//cancel"}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *path = model_url_fill("/batches/%s/cancel", rows[i].name);

        assert_string_equal(path, rows[i].path);
        free(path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_base_becomes_the_url_of_chats),
        cmocka_unit_test(what_is_no_url_is_none),
        cmocka_unit_test(other_paths_keep_base_and_query),
        cmocka_unit_test(names_cannot_leave_their_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_cors - which pages may use the API */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/front/cors.h"

#define EACH(row) for (size_t row = 0; row < sizeof rows / sizeof *rows; row++)

static void origins_are_known(void **state)
{
    static const struct {
        const char *list;
        const char *origin, *answer;
    } rows[] = {
        {"", "https://a", NULL},
        {"https://a", "https://a", "https://a"},
        {"https://a", NULL, NULL},
        {"https://a", "", NULL},
        {"https://a", "null", NULL},
        {"https://a", "http://a", NULL},
        {"https://a", "https://a.b", NULL},
        {"https://a", "https://a:443", NULL},
        {"https://a.b", "https://a", NULL},
        {"https://a, http://localhost:3000", "http://localhost:3000", "http://localhost:3000"},
        {"*", "https://x", "*"},
    };
    static const char *const bad[] = {"https://a/",  "a.example", "https://", "https://u@a",
                                      "https://*.a", "https://A", "null",     "https://a, b"};

    (void)state;
    EACH(i)
    {
        const char *answer = cors_answer(rows[i].list, rows[i].origin);

        assert_null(cors_error(rows[i].list));
        if ((answer == NULL) != (rows[i].answer == NULL) ||
            (answer != NULL && strcmp(answer, rows[i].answer) != 0))
            fail_msg("%s of %s", rows[i].origin, rows[i].list);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_non_null(cors_error(bad[i]));
}

static void pages_of_the_same_origin_are_known(void **state)
{
    static const struct {
        const char *site, *origin, *host;
        bool same;
    } rows[] = {
        {"same-origin", "https://a.example", "inner:8080", true}, /* behind a proxy that changes Host */
        {"same-site", "https://b.a.example", "a.example", false},
        {"cross-site", "https://a.example", "a.example", false},
        {"cross-site", "null", "a.example", false},
        {NULL, "https://a.example", "A.example", true},
        {NULL, "http://127.0.0.1:8080", "127.0.0.1:8080", true},
        {NULL, "http://127.0.0.1:8080", "127.0.0.1:8081", false},
        {NULL, "https://evil.example", "a.example", false},
        {NULL, "null", "null", false},
        {NULL, "https://a.example", NULL, false},
    };

    (void)state;
    EACH(i)
    if (cors_is_foreign("https://other", rows[i].origin, rows[i].site, rows[i].host) == rows[i].same)
        fail_msg("row %zu", i);
    assert_false(cors_is_foreign("", NULL, NULL, "a.example"));
    assert_false(cors_is_foreign("https://a", "https://a", "cross-site", "b"));
    assert_non_null(cors_error("https://a.example:443"));
    assert_non_null(cors_error("https://a.example, http://b.example:80"));
    assert_null(cors_error("https://a.example:80 http://a.example:443 http://localhost:8080"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(origins_are_known),
        cmocka_unit_test(pages_of_the_same_origin_are_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

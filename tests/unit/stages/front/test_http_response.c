/* test_http_response - answers, for the library and as bytes */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/front/http_response.h"

#define EACH(row) for (size_t row = 0; row < sizeof rows / sizeof *rows; row++)

static void check_header(struct MHD_Response *response, const char *name, const char *value)
{
    const char *found = MHD_get_response_header(response, name);

    if ((found == NULL) != (value == NULL) || (value != NULL && strcmp(found, value) != 0))
        fail_msg("%s is %s", name, found == NULL ? "absent" : found);
}

static void headers_belong_to_the_status(void **state)
{
    static const struct {
        struct http_response reply;
        const char *type, *location, *retry_after, *authenticate, *allow, *accept_encoding;
    } rows[] = {
        {{.status = 200, .json = "{}", .size = 2, .job = ""},
         "application/json",
         NULL,
         NULL,
         NULL,
         NULL,
         NULL},
        {{.status = 202, .json = "{}", .size = 2, .job = "j-1"},
         "application/json",
         "/jobs/j-1",
         NULL,
         NULL,
         NULL,
         NULL},
        {{.status = 202, .json = "{}", .size = 2, .job = ""},
         "application/json",
         NULL,
         NULL,
         NULL,
         NULL,
         NULL},
        {{.status = 200, .json = "a 1\n", .size = 4, .job = "", .plain = true},
         "text/plain; version=0.0.4; charset=utf-8",
         NULL,
         NULL,
         NULL,
         NULL,
         NULL},
        {{.status = 401, .detail = ""},
         "application/problem+json",
         NULL,
         NULL,
         "Bearer realm=\"slidemill\"",
         NULL,
         NULL},
        {{.status = 401, .detail = "", .bad_key = true},
         "application/problem+json",
         NULL,
         NULL,
         "Bearer realm=\"slidemill\", error=\"invalid_token\"",
         NULL,
         NULL},
        {{.status = 405, .detail = "", .allow = "GET, HEAD"},
         "application/problem+json",
         NULL,
         NULL,
         NULL,
         "GET, HEAD",
         NULL},
        {{.status = 415, .detail = "", .coded = true},
         "application/problem+json",
         NULL,
         NULL,
         NULL,
         NULL,
         "identity"},
        {{.status = 415, .detail = ""}, "application/problem+json", NULL, NULL, NULL, NULL, NULL},
        {{.status = 429, .detail = ""}, "application/problem+json", NULL, "1", NULL, NULL, NULL},
        {{.status = 503, .detail = "", .retry_after_ms = 1},
         "application/problem+json",
         NULL,
         "1",
         NULL,
         NULL,
         NULL},
        {{.status = 429, .detail = "", .retry_after_ms = 60001},
         "application/problem+json",
         NULL,
         "61",
         NULL,
         NULL,
         NULL},
        {{.status = 409, .detail = ""}, "application/problem+json", NULL, NULL, NULL, NULL, NULL},
    };

    (void)state;
    EACH(i)
    {
        uint64_t size;
        struct MHD_Response *response = http_response_for_mhd(&rows[i].reply, &size);

        assert_non_null(response);
        assert_true(size > 0);
        check_header(response, "Content-Type", rows[i].type);
        check_header(response, "Location", rows[i].location);
        check_header(response, "Retry-After", rows[i].retry_after);
        check_header(response, "WWW-Authenticate", rows[i].authenticate);
        check_header(response, "Allow", rows[i].allow);
        check_header(response, "Accept-Encoding", rows[i].accept_encoding);
        MHD_destroy_response(response);
    }
}

static void bytes_are_a_whole_answer(void **state)
{
    const struct http_response reply = {.status = 200, .json = "{\"a\":1}", .size = 7};
    size_t size;
    char *bytes = http_response_bytes(&reply, false, &size);
    static const char wanted[] =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 7\r\n"
        "X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n{\"a\":1}";

    (void)state;
    assert_int_equal(size, sizeof wanted - 1);
    assert_memory_equal(bytes, wanted, size);
    free(bytes);
    bytes = http_response_bytes(&reply, true, &size); /* HEAD: the length of what GET would bring */
    assert_int_equal(size, sizeof wanted - 1 - 7);
    assert_memory_equal(bytes, wanted, size);
    free(bytes);
}

static void problems_say_who_may_see_them(void **state)
{
    struct http_response reply = {.status = 413,
                                  .code = CODE_BODY_TOO_LARGE,
                                  .detail = "too \"large\"",
                                  .allowed_origin = "https://app.example",
                                  .vary = true};
    size_t size;
    char *bytes = http_response_bytes(&reply, false, &size), *text = strndup(bytes, size);
    const char *body = strstr(text, "\r\n\r\n") + 4;
    char length[64];

    (void)state;
    assert_memory_equal(text, "HTTP/1.1 413 Content Too Large\r\n", 32);
    assert_non_null(strstr(text, "\r\nVary: Origin\r\nAccess-Control-Allow-Origin: https://app.example\r\n"));
    assert_non_null(strstr(body, "\"detail\":\"too \\\"large\\\"\",\"code\":\"BODY_TOO_LARGE\""));
    snprintf(length, sizeof length, "\r\nContent-Length: %zu\r\n", strlen(body));
    assert_non_null(strstr(text, length));
    free(text);
    free(bytes);
    reply.allowed_origin = NULL;
    reply.vary = false;
    bytes = http_response_bytes(&reply, false, &size);
    assert_null(memmem(bytes, size, "Origin", 6));
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_belong_to_the_status),
        cmocka_unit_test(bytes_are_a_whole_answer),
        cmocka_unit_test(problems_say_who_may_see_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_request_error - why a request is refused, and how it is told */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/front/request_error.h"
#include "proto/utf8.h"

/* Codes that answer a request, each with the status that codes.def gives it. */
static void problems_are_whole(void **state)
{
    (void)state;
    for (enum code code = 0; code < CODES; code++) {
        char *text, wanted[128];

        if (code_scope_of(code) != SCOPE_REQUEST)
            continue;
        assert_string_not_equal(request_error_title(code_status(code)), "Error");
        text = request_error_problem(code_status(code), code, "");
        snprintf(wanted, sizeof wanted, "{\"type\":\"urn:slidemill:%s\",\"title\":\"%s\",\"status\":%u,",
                 code_name(code), request_error_title(code_status(code)), code_status(code));
        assert_memory_equal(text, wanted, strlen(wanted));
        free(text);
    }
}

static void sentences_are_cut_between_characters(void **state)
{
    struct request_error error;
    char text[400] = "";

    (void)state;
    for (int i = 0; i < 150; i++)
        strcat(text, "\u00e9");
    assert_int_equal(request_error_set(&error, CODE_INVALID_VALUE, "a%s", text), -1);
    assert_int_equal(error.code, CODE_INVALID_VALUE);
    assert_int_equal(strlen(error.detail), 255); /* a, and 127 letters of two bytes */
    request_error_set(&error, CODE_BAD_JSON, "%s", text);
    assert_int_equal(strlen(error.detail), 254);
    assert_true(utf8_valid(error.detail, strlen(error.detail)));
    request_error_set(&error, CODE_BAD_JSON, "short");
    assert_string_equal(error.detail, "short");
}

/* A sentence may quote a client: JSON stays JSON. */
static void problems_quote_strangers(void **state)
{
    char *text = request_error_problem(400, CODE_INVALID_VALUE, "\"}\n<script>");

    (void)state;
    assert_non_null(strstr(text, "\"detail\":\"\\\"}\\n<script>\",\"code\":\"INVALID_VALUE\"}"));
    free(text);
    assert_string_equal(request_error_title(418), "Error");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(problems_are_whole),
        cmocka_unit_test(sentences_are_cut_between_characters),
        cmocka_unit_test(problems_quote_strangers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_last_error - the last error of a log is found among other lines, and as one sentence */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "supervisor/cli/last_error.h"
#include "tests/unit/scratch.h"

static void check(const char *log, const char *sentence)
{
    FILE *file = fopen("log", "we");
    char *found;

    assert_non_null(file);
    fputs(log, file);
    fclose(file);
    found = last_error("log");
    if (sentence == NULL)
        assert_null(found);
    else
        assert_string_equal(found, sentence);
    free(found);
}

static void the_last_error_becomes_a_sentence(void **state)
{
    (void)state;
    check("{\"level\":\"error\",\"event\":\"first\"}\n"
          "{\"level\":\"error\",\"event\":\"spawn_failed\",\"reason\":\"Too many files\",\"do\":\"raise the "
          "limit\"}\n"
          "{\"level\":\"warn\",\"event\":\"later\"}\n",
          "spawn_failed: Too many files; raise the limit");
    check("{\"level\":\"error\",\"event\":\"panic\",\"file\":\"a.c\",\"line\":7,\"what\":\"must: x\"}\n",
          "panic: must: x");
    check("{\"level\":\"error\",\"event\":\"bare\"}", "bare"); /* without a line end */
}

static void other_lines_are_skipped(void **state)
{
    (void)state;
    check("", NULL);
    check("{\"level\":\"info\",\"event\":\"started\"}\n", NULL);
    check("not JSON\n{\"level\":\"error\"\n[]\n\"error\"\n{\"level\":7}\n\n", NULL);
    check("{\"level\":\"error\",\"event\":\"kept\"}\n{\"level\":\"error\",\"event\":\"cut o", "kept");
    check("{\"level\":\"error\",\"event\":[1],\"reason\":{},\"do\":null}\n", ""); /* no texts */
}

static void a_log_that_is_not_there_has_none(void **state)
{
    (void)state;
    assert_null(last_error("nowhere/log"));
    assert_null(last_error("."));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_error_becomes_a_sentence),
        cmocka_unit_test(other_lines_are_skipped),
        cmocka_unit_test(a_log_that_is_not_there_has_none),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

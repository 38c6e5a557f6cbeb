/* test_console - what a person is shown can move no cursor, and errors lead to the right exit code */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/exits.h"
#include "supervisor/cli/console.h"
#include "tests/unit/supervisor/cli/capture.h"

static void what_a_terminal_might_obey_is_replaced(void **state)
{
    static const struct {
        const char *text, *shown;
    } rows[] = {
        {"", ""},
        {"plain \xc3\xa4 \xe6\x97\xa5", "plain \xc3\xa4 \xe6\x97\xa5"},
        {"\x1b[2Jx", "?[2Jx"},
        {"a\nb\rc\td\x7f", "a?b?c?d?"},
        {"\xc2\x9b"
         "31m",
         "?31m"}, /* C1: CSI in one character */
        {"\xe2\x80\xae"
         "fdp.exe",
         "?fdp.exe"},                         /* right-to-left override */
        {"\xe2\x81\xa6x\xe2\x81\xa9", "?x?"}, /* isolates */
        {"\xe2\x80\xa8", "?"},                /* line separator */
        {"\xff\xc3", "??"},                   /* not UTF-8, and cut off */
        {"\xed\xa0\x80", "???"},              /* a surrogate */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *text = strdup(rows[i].text);

        console_sanitize(text);
        assert_string_equal(text, rows[i].shown);
        free(text);
    }
}

static void lines_are_whole_whatever_stands_in_them(void **state)
{
    (void)state;
    assert_string_equal(PRINTED(console_print(stdout, "%s: %d", "a\nb", 7)), "a?b: 7\n");
    assert_string_equal(PRINTED(console_error("no %s", "\x1b]0;x\x07")), "slidemill: no ?]0;x?\n");
    assert_string_equal(PRINTED(console_print(stderr, "%s", "")), "\n");
}

static void a_full_disk_is_told_from_other_errors(void **state)
{
    static const struct {
        int number, code;
    } rows[] = {{ENOSPC, EXIT_STORAGE}, {EDQUOT, EXIT_STORAGE}, {EACCES, EXIT_SYSTEM}, {EROFS, EXIT_SYSTEM}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        capture_begin();
        assert_int_equal(console_write_error("/a/b", "name another folder", rows[i].number), rows[i].code);
        capture_end();
        assert_printed("/a/b");
        assert_printed(rows[i].code == EXIT_STORAGE ? "or name another folder" : strerror(rows[i].number));
    }
}

static void wrong_usage_points_to_the_help(void **state)
{
    (void)state;
    capture_begin();
    assert_int_equal(console_usage("takes no %s", "x"), EXIT_USAGE);
    assert_string_equal(capture_end(), "slidemill: takes no x\nTry: slidemill help\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_terminal_might_obey_is_replaced),
        cmocka_unit_test(lines_are_whole_whatever_stands_in_them),
        cmocka_unit_test(a_full_disk_is_told_from_other_errors),
        cmocka_unit_test(wrong_usage_points_to_the_help),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_field_check - what ids, keys, addresses and file names from outside may look like */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/field_check.h"

#define EACH(row) for (size_t row = 0; row < sizeof rows / sizeof *rows; row++)

static void names_are_checked(void **state)
{
    static const struct {
        const char *name;
        const char *(*check)(const char *, size_t);
        const char *text;
        bool good;
    } rows[] = {
        {"an id of letters, digits and the three marks", job_error, "a.B-9_z", true},
        {"an id may not be empty", job_error, "", false},
        {"an id may not begin with a dot", job_error, ".a", false},
        {"an id may not climb", job_error, "a..b", false},
        {"an id may not have a slash", job_error, "a/b", false},
        {"an id is ASCII", job_error, "é", false},
        {"an id has no letters that look like dots", job_error, "a\uff0e\uff0eb", false},
        {"an id has no letters that look like a slash", job_error, "a\u2215b", false},
        {"an id may not climb by a backslash", job_error, "a..\\b", false},
        {"an id has no backslash", job_error, "a\\b", false},
        {"an id is not absolute", job_error, "/a", false},
        {"an id has no escapes", job_error, "a%2e%2e%2fb", false},
        {"an id has no line end", job_error, "a\n", false},
        {"an id has no blank", job_error, "a b", false},
        {"an id has no query", job_error, "a?b", false},
        {"a bucket takes any path", key_error, "//a/./b/\t\n/", true},
        {"a bucket takes UTF-8", key_error, "a\xff", false},
        {"a bucket takes no nothing", key_error, "", false},
        {"a key may have blanks, brackets and accents", path_error, "up loads/a+b (é) @1.pdf", true},
        {"a key may have dots within a component", path_error, "a..b/...", true},
        {"a key is not absolute", path_error, "/a", false},
        {"a key has no empty component", path_error, "a//b", false},
        {"a key does not end with a slash", path_error, "a/", false},
        {"a key has no . component", path_error, "a/./b", false},
        {"a key has no .. component", path_error, "a/..", false},
        {"a key has no control", path_error, "a\nb", false},
        {"a key has no C1 control", path_error, "a\xc2\x85", false},
        {"a key is UTF-8", path_error, "a\xff", false},
        {"a key does not climb", path_error, "../a", false},
        {"a key does not climb at its end", path_error, "a/b/..", false},
        {"a key is not .", path_error, ".", false},
        {"a key has no overlong dot", path_error, "\xc0\xae\xc0\xae/a", false},
        {"a key has no lone surrogate", path_error, "\xed\xa0\x80", false},
        {"an escape in a key is three letters", path_error, "%2e%2e/a", true},
        {"a backslash in a key is a letter", path_error, "..\\a", true},
        {"an address may be empty", email_error, "", true},
        {"an address has no line end", email_error, "a@b\r\nBcc: c", false},
    };

    (void)state;
    EACH(i)
    if ((rows[i].check(rows[i].text, strlen(rows[i].text)) == NULL) != rows[i].good)
        fail_msg("%s", rows[i].name);
    assert_non_null(job_error("a\0b", 3));
    assert_non_null(key_error("a\0b", 3));
    assert_non_null(path_error("../a\0b", 6));
}

static void file_names_lose_their_folders(void **state)
{
    static const char *const rows[][2] = {
        {"a.pdf", "a.pdf"}, {"C:\\x\\a.pdf", "a.pdf"},       {"../../a", "a"}, {"a\tb", "ab"}, {"\xff", ""},
        {"dir/", ""},       {"\xc3\xa9.pdf", "\xc3\xa9.pdf"}};
    char name[MAX_FILENAME + 1];

    (void)state;
    EACH(i)
    {
        filename_clean(name, rows[i][0], strlen(rows[i][0]));
        assert_string_equal(name, rows[i][1]);
    }
}

static void texts_are_bounded(void **state)
{
    static const struct {
        const char *(*check)(const char *, size_t);
        size_t max;
    } rows[] = {{job_error, MAX_JOB},
                {key_error, MAX_KEY},
                {path_error, MAX_KEY},
                {email_error, MAX_EMAIL},
                {instructions_error, 4000},
                {password_error, MAX_PASSWORD},
                {metadata_error, MAX_METADATA_VALUE},
                {cursor_error, MAX_CURSOR}};
    static char text[8192];

    (void)state;
    memset(text, 'a', sizeof text);
    EACH(i)
    {
        assert_null(rows[i].check(text, rows[i].max));
        assert_non_null(rows[i].check(text, rows[i].max + 1));
        assert_memory_equal(rows[i].check(text, rows[i].max + 1), "must ", 5); /* the end of a sentence */
    }
}

static void controls_are_kept_out(void **state)
{
    static const char *const bad[] = {"a\x01", "\x7f",         "\xc2\x9f",
                                      "\xff",  "\xed\xa0\x80", "\xf4\x90\x80\x80"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        size_t size = strlen(bad[i]);

        assert_non_null(instructions_error(bad[i], size));
        assert_non_null(password_error(bad[i], size));
        assert_non_null(metadata_error(bad[i], size));
        assert_non_null(cursor_error(bad[i], size));
    }
    assert_null(instructions_error("a\tb\r\nc", 6));
    assert_non_null(metadata_error("a\tb", 3));
    assert_non_null(password_error("a\0b", 3));
}

static void metadata_counts_characters(void **state)
{
    char text[4 * MAX_METADATA_VALUE + 5] = "";

    (void)state;
    for (int i = 0; i < MAX_METADATA_VALUE; i++)
        strcat(text, "\U0001f600");
    assert_null(metadata_error(text, strlen(text)));
    strcat(text, "a");
    assert_non_null(metadata_error(text, strlen(text)));
    assert_null(metadata_name_error("a-b_9"));
    assert_non_null(metadata_name_error(""));
    assert_non_null(metadata_name_error("a b"));
    assert_non_null(metadata_name_error("\u00e4"));
    assert_non_null(metadata_name_error("a1234567890123456789012345678901234567890"));
}

static void long_file_names_are_cut_between_characters(void **state)
{
    char text[2 * MAX_FILENAME + 1] = "a", name[MAX_FILENAME + 1];

    (void)state;
    for (int i = 0; i < 200; i++)
        strcat(text, "\u00e9");
    filename_clean(name, text, strlen(text));
    assert_int_equal(strlen(name), 255); /* a, and 127 letters of two bytes */
    filename_clean(name, text + 1, strlen(text + 1));
    assert_int_equal(strlen(name), 254);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_checked),
        cmocka_unit_test(file_names_lose_their_folders),
        cmocka_unit_test(texts_are_bounded),
        cmocka_unit_test(controls_are_kept_out),
        cmocka_unit_test(metadata_counts_characters),
        cmocka_unit_test(long_file_names_are_cut_between_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

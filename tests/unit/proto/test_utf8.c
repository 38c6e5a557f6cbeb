/* test_utf8 - text of others is cut and mended at characters, never inside one */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/utf8.h"

static const char *const texts[] = {
    "", "a", "äöü", "日本語のキー", "a\xf0\x9f\x98\x80z", "é日\xf0\x9f\x98\x80"};

static void a_head_ends_at_a_character(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (size_t most = 0; most <= strlen(texts[i]) + 1; most++) {
            char shown[64];
            int size = utf8_head(texts[i], most);

            snprintf(shown, sizeof shown, "%.*s", size, texts[i]);
            assert_true((size_t)size <= most);
            assert_true(utf8_valid(shown, strlen(shown)));
            assert_true(most < strlen(texts[i]) || strcmp(shown, texts[i]) == 0);
        }
}

static void what_is_utf8_stays_as_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char text[64];

        strcpy(text, texts[i]);
        utf8_mend(text);
        assert_string_equal(text, texts[i]);
    }
}

static void bad_bytes_become_question_marks_and_the_rest_stays(void **state)
{
    static const struct {
        const char *bad, *mended;
    } rows[] = {{"\xff", "?"},      {"a\xc3", "a?"},         {"'\xe6\x97' in bucket b", "'?\?' in bucket b"},
                {"\xc0\x80", "??"}, {"\xed\xa0\x80", "???"}, {"\xf5\x80\x80\x80x", "????x"},
                {"ä\xa4ä", "ä?ä"}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[64];

        strcpy(text, rows[i].bad);
        utf8_mend(text);
        assert_string_equal(text, rows[i].mended);
        assert_true(utf8_valid(text, strlen(text)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_head_ends_at_a_character),
        cmocka_unit_test(what_is_utf8_stays_as_it_is),
        cmocka_unit_test(bad_bytes_become_question_marks_and_the_rest_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_cursor - a list goes on where it stopped, for its own tenant alone */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "supervisor/api/cursor.h"
#include "tests/unit/scratch.h"

static void it_comes_back_for_its_own_list_alone(void **state)
{
    static const int64_t ids[] = {1, 42, INT64_MAX - 1};
    struct vault *vault = vault_open();

    (void)state;
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        char *ana = cursor_make(vault, "ana", ids[i]), *all = cursor_make(vault, NULL, ids[i]),
             *unnamed = cursor_make(vault, "", ids[i]);

        assert_int_equal(cursor_read(vault, "ana", ana), ids[i]);
        assert_int_equal(cursor_read(vault, NULL, all), ids[i]);
        assert_int_equal(cursor_read(vault, "", unnamed), ids[i]);
        assert_int_equal(cursor_read(vault, "ben", ana), -1);
        assert_int_equal(cursor_read(vault, NULL, ana), -1);
        assert_int_equal(cursor_read(vault, "ana", all), -1);
        assert_int_equal(cursor_read(vault, NULL, unnamed), -1); /* the tenant without a name is not all */
        free(ana);
        free(all);
        free(unnamed);
    }
    assert_int_equal(cursor_read(vault, "ana", ""), INT64_MAX); /* from the beginning */
    vault_free(&vault);
}

static void nobody_can_make_one_up(void **state)
{
    static const char *const made_up[] = {
        "1",  "0",        "-1",
        "zz", "00",       "7b226964223a317d",
        " ",  "\xff\xfe", "000000000000000000000000000000000000000000000000000000000000000000"};
    struct vault *vault = vault_open();
    char *cursor = cursor_make(vault, "ana", 42), longer[512];

    (void)state;
    for (size_t i = 0; i < sizeof made_up / sizeof *made_up; i++)
        assert_int_equal(cursor_read(vault, "ana", made_up[i]), -1);
    assert_true(strlen(cursor) < sizeof longer - 2 && strlen(cursor) <= 128); /* proto/field_check.h */
    snprintf(longer, sizeof longer, "%s00", cursor);
    assert_int_equal(cursor_read(vault, "ana", longer), -1);
    for (size_t i = 0; cursor[i] != '\0'; i++) {
        char digit = cursor[i];

        cursor[i] = digit == '0' ? '1' : '0';
        assert_int_equal(cursor_read(vault, "ana", cursor), -1);
        cursor[i] = digit;
    }
    free(cursor);
    vault_free(&vault);
}

static void it_outlives_a_restart(void **state)
{
    struct vault *vault = vault_open();
    char *cursor = cursor_make(vault, "ana", 42);

    (void)state;
    vault_free(&vault);
    vault = vault_open();
    assert_int_equal(cursor_read(vault, "ana", cursor), 42);
    free(cursor);
    vault_free(&vault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_comes_back_for_its_own_list_alone),
        cmocka_unit_test(nobody_can_make_one_up),
        cmocka_unit_test(it_outlives_a_restart),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

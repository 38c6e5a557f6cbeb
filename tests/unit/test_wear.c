/* test_wear - which files have changed in a worker's life */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "supervisor/wear.h"

static void a_file_moved_into_place_is_new(void **state)
{
    char file[] = "/tmp/slidemill-wear-XXXXXX", moved[64];
    int fd = mkstemp(file);

    (void)state;
    assert_int_not_equal(fd, -1);
    close(fd);
    assert_true(wear_changed(file, 3600));
    sleep(2);
    assert_false(wear_changed(file, 1));
    snprintf(moved, sizeof moved, "%s.new", file);
    assert_int_equal(rename(file, moved), 0);
    assert_true(wear_changed(moved, 2));
    assert_false(wear_changed(file, 3600)); /* there is none */
    unlink(moved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_moved_into_place_is_new),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

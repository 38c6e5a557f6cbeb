/* test_worker_recycle - which files have changed in a worker's life */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "supervisor/process/worker_recycle.h"

static void a_file_moved_into_place_is_new(void **state)
{
    char file[] = "/tmp/slidemill-wear-XXXXXX", moved[64];
    int fd = mkstemp(file);
    int64_t now_s;

    (void)state;
    assert_int_not_equal(fd, -1);
    close(fd);
    now_s = (int64_t)time(NULL);
    assert_true(recycle_files_changed(file, 3600, now_s));
    assert_false(recycle_files_changed(file, 60, now_s + 3600)); /* it was there an hour before */
    assert_false(recycle_files_changed(file, 60, now_s - 3600)); /* a clock that was set back says nothing */
    snprintf(moved, sizeof moved, "%s.new", file);
    assert_int_equal(rename(file, moved), 0);
    assert_true(recycle_files_changed(moved, 60, now_s));
    assert_false(recycle_files_changed(file, 3600, now_s)); /* there is none */
    unlink(moved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_moved_into_place_is_new),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

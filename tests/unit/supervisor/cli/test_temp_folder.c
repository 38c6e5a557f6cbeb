/* test_temp_folder - a private folder under TMPDIR, and nothing but what is in it goes with it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/exits.h"
#include "supervisor/cli/temp_folder.h"
#include "tests/unit/scratch.h"
#include "tests/unit/supervisor/cli/capture.h"

static void touch(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT, 0600);

    assert_true(fd != -1);
    close(fd);
}

static void it_is_made_in_tmpdir_for_its_owner_alone(void **state)
{
    struct temp_folder folder;
    struct stat info;
    char *log;

    (void)state;
    setenv("TMPDIR", *state, 1);
    assert_int_equal(temp_folder_make(&folder), EXIT_DONE);
    assert_memory_equal(folder.path, *state, strlen(*state));
    assert_int_equal(stat(folder.path, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0700);
    log = temp_folder_path(&folder, temp_folder_log_name);
    assert_int_equal(write(folder.log, "x", 1), 1);
    assert_int_equal(stat(log, &info), 0);
    assert_int_equal(info.st_size, 1);
    assert_false(temp_folder_is_full(&folder));
    free(log);
    temp_folder_remove(&folder, false);
    assert_int_equal(folder.fd, -1);
}

static void a_relative_tmpdir_counts_for_nothing(void **state)
{
    struct temp_folder folder;

    (void)state;
    setenv("TMPDIR", "here", 1);
    assert_int_equal(temp_folder_make(&folder), EXIT_DONE);
    assert_memory_equal(folder.path, "/tmp/", 5);
    temp_folder_remove(&folder, false);
}

static void where_it_cannot_be_made_that_is_said(void **state)
{
    struct temp_folder folder;
    char missing[256];

    snprintf(missing, sizeof missing, "%s/missing", (char *)*state);
    setenv("TMPDIR", missing, 1);
    capture_begin();
    assert_int_equal(temp_folder_make(&folder), EXIT_SYSTEM);
    capture_end();
    assert_printed(missing);
    assert_null(folder.path);
    assert_false(temp_folder_is_full(&folder)); /* it has no disk */
    temp_folder_remove(&folder, false);         /* nothing to remove is no trouble */
}

static void all_in_it_goes_and_links_are_not_followed(void **state)
{
    struct temp_folder folder;
    char *deep, *link, *log;

    setenv("TMPDIR", *state, 1);
    assert_int_equal(mkdir("outside", 0700), 0);
    touch("outside/kept");
    assert_int_equal(temp_folder_make(&folder), EXIT_DONE);
    deep = temp_folder_path(&folder, "a");
    link = temp_folder_path(&folder, "link");
    assert_int_equal(mkdir(deep, 0700), 0);
    free(deep);
    deep = temp_folder_path(&folder, "a/b");
    touch(deep);
    assert_int_equal(symlink("../outside", link), 0);
    log = strdup(folder.path);
    temp_folder_remove(&folder, false);
    assert_int_equal(access(log, F_OK), -1);
    assert_int_equal(access("outside/kept", F_OK), 0);
    free(deep);
    free(link);
    free(log);
}

static void the_log_alone_is_kept_if_asked_for(void **state)
{
    struct temp_folder folder;
    char *log, *other;

    setenv("TMPDIR", *state, 1);
    assert_int_equal(temp_folder_make(&folder), EXIT_DONE);
    log = temp_folder_path(&folder, temp_folder_log_name);
    other = temp_folder_path(&folder, "other");
    touch(other);
    temp_folder_remove(&folder, true);
    assert_int_equal(access(log, F_OK), 0);
    assert_int_equal(access(other, F_OK), -1);
    free(log);
    free(other);
}

static void a_full_disk_is_reported_with_its_place(void **state)
{
    struct temp_folder folder = {.path = (char *)"/var/tmp/slidemill-run-x", .fd = -1, .log = -1};

    (void)state;
    capture_begin();
    assert_int_equal(temp_folder_report_full(&folder), EXIT_STORAGE);
    capture_end();
    assert_printed("STORAGE_FULL: no room in /var/tmp for the work");
    assert_printed("TMPDIR");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_made_in_tmpdir_for_its_owner_alone),
        cmocka_unit_test(a_relative_tmpdir_counts_for_nothing),
        cmocka_unit_test(where_it_cannot_be_made_that_is_said),
        cmocka_unit_test(all_in_it_goes_and_links_are_not_followed),
        cmocka_unit_test(the_log_alone_is_kept_if_asked_for),
        cmocka_unit_test(a_full_disk_is_reported_with_its_place),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

/* test_blob_disk - a file is there whole or not at all, goes only when its bytes have not come again, and is
 * believed only if it holds its name */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "supervisor/store/blob_disk.h"
#include "supervisor/store/blob_name.h"
#include "tests/unit/scratch.h"

/* FIPS 180-2, appendix B.1, and the sum of nothing. */
static const char abc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
static const char nothing[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

static struct blob_disk *disk;

static int open_disk(void **state)
{
    (void)state;
    disk = blob_disk_new("blobs");
    return 0;
}

static int close_disk(void **state)
{
    (void)state;
    blob_disk_free(&disk);
    return system("rm -r blobs");
}

static bool is_there(const char *name)
{
    char path[BLOB_PATH];

    blob_path(disk, name, path);
    return access(path, F_OK) == 0;
}

static void put(uint64_t number, const char *bytes, char name[BLOB_NAME])
{
    assert_int_equal(blob_disk_put(disk, number, bytes, strlen(bytes), false, name), 0);
}

/* The file as an earlier process has left it. */
static void leave(const char *name, const char *bytes)
{
    const struct timespec long_ago[2] = {{1000, 0}, {1000, 0}};
    char path[BLOB_PATH];
    FILE *file;

    blob_path(disk, name, path);
    file = fopen(path, "we");
    assert_non_null(file);
    fputs(bytes, file);
    fclose(file);
    assert_int_equal(utimensat(AT_FDCWD, path, long_ago, 0), 0);
}

static void a_blob_is_called_by_its_digest(void **state)
{
    char name[BLOB_NAME], path[BLOB_PATH];

    (void)state;
    put(1, "abc", name);
    assert_string_equal(name, abc);
    blob_path(disk, name, path);
    assert_string_equal(path, "blobs/ba/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    put(2, "", name);
    assert_string_equal(name, nothing);
    assert_true(is_there(nothing));
    assert_int_equal(blob_disk_put(disk, 3, "abc", 3, true, name), 0); /* synced, too */
    assert_string_equal(name, abc);
}

static void a_write_that_the_loop_has_not_heard_of_keeps_its_file(void **state)
{
    char name[BLOB_NAME];

    (void)state;
    put(1, "abc", name);
    assert_false(blob_disk_remove(disk, 5, name)); /* the removal was decided without knowing of it */
    assert_true(is_there(name));
    blob_disk_heard(disk, 1, 6, true);
    assert_false(blob_disk_remove(disk, 5, name)); /* decided at moment 5, heard of at 6 */
    assert_true(is_there(name));
    assert_true(blob_disk_remove(disk, 7, name));
    assert_false(is_there(name));
    assert_false(blob_disk_remove(disk, 8, name)); /* nothing is left to remove */
}

static void bytes_that_came_again_count_anew(void **state)
{
    char name[BLOB_NAME];

    (void)state;
    put(1, "abc", name);
    blob_disk_heard(disk, 1, 1, true);
    put(2, "abc", name);
    assert_false(blob_disk_remove(disk, 2, name));
    blob_disk_heard(disk, 2, 3, false);
    assert_true(blob_disk_remove(disk, 4, name));
}

static void a_file_of_an_earlier_process_must_hold_its_name(void **state)
{
    static const char other[] = "0000000000000000000000000000000000000000000000000000000000000000";
    struct stat info;
    char path[BLOB_PATH];

    (void)state;
    leave(abc, "abc");
    leave(nothing, "half");
    blob_disk_check(disk, abc);
    blob_disk_check(disk, nothing);
    blob_disk_check(disk, other); /* it is not there at all */
    assert_true(is_there(abc));
    assert_false(is_there(nothing));
    blob_path(disk, abc, path);
    assert_int_equal(stat(path, &info), 0);
    assert_true(info.st_mtim.tv_sec > 1000); /* looked at once */
}

static void an_old_file_with_other_bytes_is_written_again(void **state)
{
    char name[BLOB_NAME], path[BLOB_PATH];
    struct stat info;

    (void)state;
    leave(abc, "xxxxxx");
    put(1, "abc", name);
    blob_path(disk, name, path);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_size, 3);
}

static void a_link_in_its_place_is_not_followed(void **state)
{
    char name[BLOB_NAME], path[BLOB_PATH];
    struct stat info;
    FILE *file = fopen("outside", "we");

    (void)state;
    fputs("kept", file);
    fclose(file);
    blob_path(disk, abc, path);
    assert_int_equal(symlink("../../outside", path), 0);
    blob_disk_check(disk, abc);
    put(1, "abc", name);
    assert_int_equal(lstat(path, &info), 0);
    assert_true(S_ISREG(info.st_mode));
    assert_int_equal(stat("outside", &info), 0);
    assert_int_equal(info.st_size, 4);
}

static void a_sweep_leaves_what_is_named_and_what_is_new(void **state)
{
    static const struct timespec long_ago[2] = {{1000, 0}, {1000, 0}};
    char names[1][BLOB_NAME], fresh[BLOB_NAME];

    (void)state;
    memcpy(names[0], abc, BLOB_NAME);
    leave(abc, "abc");
    leave(nothing, "");
    close(open("blobs/.new-7", O_WRONLY | O_CREAT, 0600)); /* being written now */
    close(open("blobs/.new-8", O_WRONLY | O_CREAT, 0600)); /* begun by an earlier process */
    assert_int_equal(utimensat(AT_FDCWD, "blobs/.new-8", long_ago, 0), 0);
    put(1, "fresh", fresh); /* not heard of yet */
    assert_int_equal(blob_disk_sweep(disk, 1, names, 1), 2);
    assert_true(is_there(abc));
    assert_true(is_there(fresh));
    assert_false(is_there(nothing));
    assert_int_equal(access("blobs/.new-7", F_OK), 0);
    assert_int_equal(access("blobs/.new-8", F_OK), -1);
    blob_disk_heard(disk, 1, 2, false);
    assert_int_equal(blob_disk_sweep(disk, 3, NULL, 0), 2);
}

static void room_is_kept_for_the_ledger(void **state)
{
    char name[BLOB_NAME];

    (void)state;
    assert_true(blob_disk_has_room(disk, 0));
    assert_false(blob_disk_has_room(disk, SIZE_MAX / 4));
    assert_int_equal(rmdir("blobs/ba"), 0);
    assert_int_equal(blob_disk_put(disk, 1, "abc", 3, true, name),
                     -1); /* an error is told, and nothing hidden stays */
    assert_int_equal(errno, ENOENT);
    assert_int_equal(access("blobs/.new-1", F_OK), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_disk, close_disk)
        TEST(a_blob_is_called_by_its_digest),
        TEST(a_write_that_the_loop_has_not_heard_of_keeps_its_file),
        TEST(bytes_that_came_again_count_anew),
        TEST(a_file_of_an_earlier_process_must_hold_its_name),
        TEST(an_old_file_with_other_bytes_is_written_again),
        TEST(a_link_in_its_place_is_not_followed),
        TEST(a_sweep_leaves_what_is_named_and_what_is_new),
        TEST(room_is_kept_for_the_ledger),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

/* test_file_set - several files come into a folder together, or none does */
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

#include <errno.h>
#include <fts.h>
#include <ftw.h>

#include "supervisor/cli/file_set.h"

static char folder[] = "/tmp/test-file-set-XXXXXX";
static char source[64];

static void write_text(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void expect_text(const char *name, const char *text)
{
    char found[64] = "";
    FILE *file = fopen(name, "r");

    assert_non_null(file);
    if (fgets(found, sizeof found, file) == NULL)
        *found = '\0';
    fclose(file);
    assert_string_equal(found, text);
}

static unsigned files_here(void)
{
    char *const roots[] = {(char *)".", NULL};
    FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    unsigned files = 0;
    FTSENT *entry;

    assert_non_null(walk);
    while ((entry = fts_read(walk)) != NULL)
        files += entry->fts_info == FTS_F;
    fts_close(walk);
    return files;
}

static int in_a_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/test-file-set-XXXXXX");
    if (mkdtemp(folder) == NULL || chdir(folder) == -1 || mkdir("out", 0700) == -1)
        return -1;
    snprintf(source, sizeof source, "%s/source", folder);
    write_text(source, "new");
    return 0;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
    (void)info;
    (void)kind;
    (void)walk;
    return remove(path);
}

static int removed(void **state)
{
    (void)state;
    return chdir("/") == -1 || nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS) == -1;
}

static void all_take_their_names(void **state)
{
    struct file_set set = {.folder = "out"};
    const char *failed;

    (void)state;
    write_text("out/a", "old");
    assert_int_equal(file_set_add(&set, source, "a"), 0);
    assert_int_equal(file_set_add(&set, source, "b"), 0);
    expect_text("out/a", "old"); /* not yet */
    assert_int_equal(file_set_publish(&set, &failed), 0);
    file_set_abandon(&set);
    expect_text("out/a", "new");
    expect_text("out/b", "new");
    assert_int_equal(files_here(), 3);
}

static void one_that_cannot_be_copied_leaves_the_old_ones(void **state)
{
    struct file_set set = {.folder = "out"};

    (void)state;
    write_text("out/a", "old");
    assert_int_equal(file_set_add(&set, source, "a"), 0);
    assert_int_equal(file_set_add(&set, "none", "b"), -1);
    assert_int_equal(errno, ENOENT);
    file_set_abandon(&set);
    expect_text("out/a", "old");
    assert_int_equal(files_here(), 2);
}

/* A folder stands where the last file should go: the first two were placed already. */
static void one_that_cannot_be_placed_takes_the_others_back(void **state)
{
    struct file_set set = {.folder = "out"};
    const char *failed = NULL;

    (void)state;
    write_text("out/a", "old");
    assert_int_equal(mkdir("out/c", 0700), 0);
    assert_int_equal(file_set_add(&set, source, "a"), 0);
    assert_int_equal(file_set_add(&set, source, "b"), 0);
    assert_int_equal(file_set_add(&set, source, "c"), 0);
    assert_int_equal(file_set_publish(&set, &failed), -1);
    assert_int_equal(errno, EISDIR);
    assert_string_equal(failed, "out/c");
    file_set_abandon(&set);
    expect_text("out/a", "old");
    assert_int_equal(access("out/b", F_OK), -1);
    assert_int_equal(files_here(), 2);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_take_their_names, in_a_folder, removed),
        cmocka_unit_test_setup_teardown(one_that_cannot_be_copied_leaves_the_old_ones, in_a_folder, removed),
        cmocka_unit_test_setup_teardown(one_that_cannot_be_placed_takes_the_others_back, in_a_folder,
                                        removed)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

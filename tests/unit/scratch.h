/* scratch - a folder of its own for a test program that works in the current one (cmocka group fixtures) */
#ifndef TESTS_UNIT_SCRATCH_H
#define TESTS_UNIT_SCRATCH_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int scratch_enter(void **state)
{
    static char folder[] = "/tmp/slidemill-test-XXXXXX";

    *state = folder;
    return mkdtemp(folder) == NULL || chdir(folder) == -1;
}

static int scratch_remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void)status;
    (void)type;
    (void)where;
    return remove(path);
}

static int scratch_remove(void **state)
{
    return chdir("/") == -1 || nftw(*state, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0;
}

#endif

/* scratch - a folder of its own for a test program that works in the current one (cmocka group fixtures) */
#ifndef TESTS_UNIT_SCRATCH_H
#define TESTS_UNIT_SCRATCH_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int scratch_enter(void **state)
{
    static char folder[] = "/tmp/slidemill-test-XXXXXX";

    *state = folder;
    return mkdtemp(folder) == NULL || chdir(folder) == -1;
}

static int scratch_remove(void **state)
{
    char command[128];

    snprintf(command, sizeof command, "rm -rf -- %s", (char *)*state);
    return chdir("/") == -1 ||
           system(command) != 0; /* NOLINT(cert-env33-c): a fixed command on our own folder */
}

#endif

/* test_local_client - a supervisor that is not there, ends at once, or says nothing, is no supervisor
 *
 * A shell script stands where the supervisor is looked for: beside this program, in a folder of the test's.
 * What a supervisor answers is tested by tests/system/test_cli.c.
 */
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "supervisor/cli/local_client.h"
#include "tests/unit/scratch.h"
#include "tests/unit/supervisor/cli/capture.h"

enum { PATIENCE_MS = 20000 };

static struct temp_folder folder;

static int begin(void **state)
{
    *state = getenv("TEST_FOLDER");
    setenv("TMPDIR", *state, 1);
    return temp_folder_make(&folder);
}

static int end(void **state)
{
    temp_folder_remove(&folder, false);
    return scratch_remove(state);
}

static void write_supervisor(const char *script)
{
    int fd = open("slidemill-supervisor", O_WRONLY | O_CREAT | O_TRUNC, 0700);

    assert_true(fd != -1);
    assert_int_equal(write(fd, script, strlen(script)), (ssize_t)strlen(script));
    close(fd);
}

static void without_a_supervisor_beside_it_there_is_none(void **state)
{
    struct local_client *client;

    (void)state;
    unlink("slidemill-supervisor");
    capture_begin();
    client = local_client_new(&folder);
    capture_end();
    assert_null(client);
    assert_printed("install them together");
}

static void a_supervisor_that_ends_is_told_with_its_exit_code(void **state)
{
    enum local_client_event event;
    struct local_client *client;
    struct wire answer;

    (void)state;
    write_supervisor("#!/bin/sh\necho \"$1 $SLIDEMILL_STATE_DIR $SLIDEMILL_DRAIN_S $S3_BUCKET\"\nexit 78\n");
    setenv("S3_BUCKET", "not-for-this", 1);
    client = local_client_new(&folder);
    assert_non_null(client);
    assert_false(local_client_connect(client)); /* there are no sockets */
    event = local_client_wait(client, PATIENCE_MS, &answer);
    assert_int_equal(event, LOCAL_CLIENT_ENDED);
    assert_int_equal(local_client_free(&client), 78);
    assert_null(client);
}

static void what_it_is_given_is_its_own_folder_and_no_bucket(void **state)
{
    char *path = temp_folder_path(&folder, temp_folder_log_name), line[PATH_MAX] = "", expected[PATH_MAX];
    FILE *log = fopen(path, "re");

    (void)state;
    assert_non_null(log);
    assert_non_null(fgets(line, sizeof line, log));
    snprintf(expected, sizeof expected, "--local %s 0 \n", folder.path);
    assert_string_equal(line, expected);
    fclose(log);
    free(path);
}

static void one_that_is_killed_gives_its_signal(void **state)
{
    struct local_client *client;
    struct wire answer;

    (void)state;
    write_supervisor("#!/bin/sh\nkill -9 $$\n");
    client = local_client_new(&folder);
    assert_non_null(client);
    assert_int_equal(local_client_wait(client, PATIENCE_MS, &answer), LOCAL_CLIENT_ENDED);
    assert_int_equal(local_client_free(&client), 128 + SIGKILL);
}

static void one_that_says_nothing_is_waited_for_and_ended(void **state)
{
    struct local_client *client;
    struct wire answer;

    (void)state;
    /* It lets SIGTERM come, as the supervisor does; a shell cannot. */
    write_supervisor("#!/usr/bin/perl\nuse POSIX;\nsigprocmask(SIG_SETMASK, POSIX::SigSet->new);\nsleep "
                     "600;\n");
    client = local_client_new(&folder);
    assert_non_null(client);
    assert_int_equal(strncmp(local_client_job(client), "run-", 4), 0);
    assert_int_equal(local_client_wait(client, 1, &answer), LOCAL_CLIENT_QUIET);
    kill(getpid(), SIGHUP); /* blocked: it comes as an event */
    assert_int_equal(local_client_wait(client, PATIENCE_MS, &answer), LOCAL_CLIENT_STOP);
    assert_int_equal(local_client_free(&client), 128 + SIGTERM);
}

/* Copies this program into a folder of its own, since programs are looked for beside /proc/self/exe, and runs
 * it there. */
static void move_away(void)
{
    static char buffer[1 << 16];
    int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), to;
    void *state;
    ssize_t size;

    if (scratch_enter(&state) != 0 || (to = open("program", O_WRONLY | O_CREAT | O_CLOEXEC, 0700)) == -1)
        abort();
    while ((size = read(from, buffer, sizeof buffer)) > 0)
        if (write(to, buffer, (size_t)size) != size)
            abort();
    close(to);
    setenv("TEST_FOLDER", state, 1);
    execl("./program", "program", (char *)NULL);
    abort();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_supervisor_beside_it_there_is_none),
        cmocka_unit_test(a_supervisor_that_ends_is_told_with_its_exit_code),
        cmocka_unit_test(what_it_is_given_is_its_own_folder_and_no_bucket),
        cmocka_unit_test(one_that_is_killed_gives_its_signal),
        cmocka_unit_test(one_that_says_nothing_is_waited_for_and_ended),
    };

    if (getenv("TEST_FOLDER") == NULL)
        move_away();
    return cmocka_run_group_tests(tests, begin, end);
}

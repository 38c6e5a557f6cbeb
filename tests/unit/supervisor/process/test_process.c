/* test_process - what a child inherits, and how its end is told */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/exits.h"
#include "supervisor/process/process.h"

enum { PATIENCE_MS = 10000 };

static char *const no_env[] = {NULL};

static struct process run_script(const char *script, char *const env[], int given)
{
    char *argv[] = {"sh", "-c", (char *)script, NULL};
    struct process child;

    assert_int_equal(process_start(&child, "/bin/sh", argv, env, given, false), 0);
    assert_true(child.pid > 0);
    assert_false(child.adopted);
    return child;
}

static void wait_for_end(const struct process *child)
{
    struct pollfd item = {.fd = child->pidfd, .events = POLLIN};

    assert_int_equal(poll(&item, 1, PATIENCE_MS), 1);
}

static int end_of(struct process child)
{
    int code;

    wait_for_end(&child);
    code = process_code(&child);
    assert_int_equal(process_reap(&child), code); /* looking at it does not take it away */
    assert_int_equal(child.pid, 0);
    assert_int_equal(child.pidfd, -1);
    return code;
}

static void its_code_tells_how_it_ended(void **state)
{
    char *argv[] = {"nothing", NULL};
    struct process child;

    (void)state;
    assert_int_equal(end_of(run_script("exit 0", no_env, -1)), 0);
    assert_int_equal(end_of(run_script("exit 42", no_env, -1)), 42);
    assert_int_equal(end_of(run_script("kill -TERM $$", no_env, -1)), 128 + SIGTERM);
    child = run_script("while :; do :; done", no_env, -1);
    assert_int_equal(process_code(&child), PROCESS_CODE_UNKNOWN); /* it still runs */
    process_kill(&child);
    assert_int_equal(end_of(child), 128 + SIGKILL);
    assert_int_equal(process_start(&child, "/nowhere/program", argv, no_env, -1, false), 0);
    assert_int_equal(end_of(child), EXIT_SYSTEM);
}

/* A descriptor without close-on-exec and a variable of ours stay here; what is given becomes descriptor 3. */
static void inherits_what_it_is_given_and_nothing_else(void **state)
{
    char *env[] = {"GIVEN=yes", NULL};
    int leaked = fcntl(STDERR_FILENO, F_DUPFD, 20), pipe_ends[2];
    char text[64] = "";
    struct process child;

    (void)state;
    assert_int_equal(leaked, 20);
    assert_int_equal(setenv("SECRET", "ours", 1), 0);
    assert_int_equal(pipe2(pipe_ends, O_CLOEXEC), 0);
    child = run_script(
        "exec >&3; [ ! -e /proc/$$/fd/20 ] || echo leaked; echo $GIVEN $SECRET; read line || echo end", env,
        pipe_ends[1]);
    close(pipe_ends[1]);
    assert_int_equal(end_of(child), 0);
    assert_true(read(pipe_ends[0], text, sizeof text - 1) > 0);
    assert_string_equal(text, "yes\nend\n");
    close(pipe_ends[0]);
    close(leaked);
    /* without a descriptor to give it has no descriptor 3 */
    assert_int_not_equal(end_of(run_script("true <&3", env, -1)), 0);
}

static void an_adopted_one_is_not_ours_to_reap(void **state)
{
    struct process child = run_script("while :; do :; done", no_env, -1), adopted, none;

    (void)state;
    assert_int_equal(process_adopt(&adopted, child.pid), 0);
    assert_true(adopted.adopted);
    process_kill(&adopted);
    wait_for_end(&adopted);
    assert_int_equal(process_reap(&adopted), PROCESS_CODE_UNKNOWN);
    assert_int_equal(end_of(child), 128 + SIGKILL);        /* it was left to its parent */
    assert_int_equal(process_adopt(&none, child.pid), -1); /* it is gone */
    process_kill(&(struct process){.pidfd = -1});          /* none: nothing happens */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_code_tells_how_it_ended),
        cmocka_unit_test(inherits_what_it_is_given_and_nothing_else),
        cmocka_unit_test(an_adopted_one_is_not_ours_to_reap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

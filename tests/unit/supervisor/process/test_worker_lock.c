/* test_worker_lock - whoever holds the lock lives; the files of the dead go */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "supervisor/process/worker_lock.h"

struct found {
    unsigned count;
    pid_t pid;
};

static void on_living(void *arg, const char *name, pid_t pid)
{
    struct found *found = arg;

    assert_string_equal(name, "vision-0-7");
    found->count++;
    found->pid = pid;
}

static struct found living(void)
{
    struct found found = {0};

    worker_lock_each(on_living, &found);
    return found;
}

static int enter_folder(void **state)
{
    static char folder[] = "/tmp/slidemill-life-XXXXXX";

    *state = folder;
    return mkdtemp(folder) == NULL || chdir(folder) == -1 || mkdir("run", 0700) == -1 ? -1 : 0;
}

static int leave_folder(void **state)
{
    return rmdir("run") == -1 || rmdir(*state) == -1 ? -1 : 0;
}

/* A child that has the descriptor and waits to be killed. */
static pid_t child_with(int life)
{
    pid_t pid = fork();

    if (pid == 0)
        for (;;)
            pause();
    assert_true(pid > 0);
    worker_lock_is(life, pid);
    close(life);
    return pid;
}

static void the_lock_lives_as_long_as_the_child(void **state)
{
    int life = worker_lock_begin("vision-0-7");
    pid_t pid;

    (void)state;
    assert_int_not_equal(life, -1);
    assert_int_equal(worker_lock_begin("vision-0-7"), -1); /* names are never used twice */
    pid = child_with(life);
    assert_int_equal(living().count, 1);
    assert_int_equal(living().pid, pid);
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_int_equal(living().count, 0);
    assert_int_equal(access("run/vision-0-7.life", F_OK), -1);
}

static void one_that_was_never_named_is_not_found(void **state)
{
    int life = worker_lock_begin("vision-0-7");

    (void)state;
    assert_int_equal(living().count, 0); /* we hold the lock, but no child was born */
    close(life);
    worker_lock_end("vision-0-7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_lock_lives_as_long_as_the_child),
                                       cmocka_unit_test(one_that_was_never_named_is_not_found)};

    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}

/* test_program - programs of ours are found beside us alone, and start in a group of their own */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/exits.h"
#include "supervisor/process/program.h"

static char *const no_env[] = {NULL};

static void finds_what_lies_beside_it(void **state)
{
    char *path = program_find("test_program");

    (void)state;
    assert_non_null(path);
    assert_int_equal(*path, '/');
    assert_int_equal(access(path, X_OK), 0);
    free(path);
    assert_null(program_find("sh")); /* PATH does not count */
    assert_null(program_find("there-is-no-such-program"));
}

static int end_of(pid_t child)
{
    int status;

    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void says_all_into_the_descriptor_it_is_given(void **state)
{
    const char *const argv[] = {"sh", "-c", "read line || echo nothing; echo error >&2; exit 7", NULL};
    char text[64] = "";
    int ends[2];
    size_t size = 0;
    ssize_t more;

    (void)state;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    assert_int_equal(end_of(program_start("/bin/sh", argv, no_env, ends[1], -1)), 7);
    close(ends[1]);
    while ((more = read(ends[0], text + size, sizeof text - 1 - size)) > 0)
        size += (size_t)more;
    close(ends[0]);
    assert_string_equal(text, "nothing\nerror\n");
}

static void finds_what_it_is_given_at_a_fixed_number(void **state)
{
    const char *const argv[] = {"sh", "-c", "echo here >&3", NULL};
    char text[16] = "";
    int ends[2];

    (void)state;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    assert_int_equal(end_of(program_start("/bin/sh", argv, no_env, -1, ends[1])), 0);
    close(ends[1]);
    assert_int_equal(read(ends[0], text, sizeof text), 5);
    assert_string_equal(text, "here\n");
    close(ends[0]);
}

static void is_in_a_group_of_its_own(void **state)
{
    const char *const argv[] = {"sh", "-c", "while :; do :; done", NULL};
    pid_t child = program_start("/bin/sh", argv, no_env, -1, -1);

    (void)state;
    assert_true(child > 0);
    assert_int_equal(getpgid(child), child);
    assert_int_equal(kill(-child, SIGKILL), 0); /* the group is there at once */
    assert_int_equal(end_of(child), -1);
}

static void ends_with_a_code_of_ours_if_there_is_none(void **state)
{
    const char *const argv[] = {"nothing", NULL};

    (void)state;
    assert_int_equal(end_of(program_start("/nowhere/program", argv, no_env, -1, -1)), EXIT_SYSTEM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_lies_beside_it),
        cmocka_unit_test(says_all_into_the_descriptor_it_is_given),
        cmocka_unit_test(finds_what_it_is_given_at_a_fixed_number),
        cmocka_unit_test(is_in_a_group_of_its_own),
        cmocka_unit_test(ends_with_a_code_of_ours_if_there_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

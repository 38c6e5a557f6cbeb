/* test_fd_io - all bytes go through a pipe that takes few at a time, and an end is told from an error */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/fd_io.h"

enum { MANY = 3 << 20, CHUNK = 4096 };

static unsigned char *pattern(void)
{
    unsigned char *bytes = malloc(MANY);

    assert_non_null(bytes);
    for (size_t i = 0; i < MANY; i++)
        bytes[i] = (unsigned char)(i * 7 + i / 251);
    return bytes;
}

/* A child writes more than a pipe holds; the parent reads with one call. */
static void all_bytes_arrive_in_order(void **state)
{
    unsigned char *bytes = pattern(), *got = malloc(MANY);
    int ends[2], status;
    pid_t child;

    (void)state;
    assert_non_null(got);
    assert_int_equal(pipe(ends), 0);
    fcntl(ends[1], F_SETPIPE_SZ, CHUNK);
    child = fork();
    if (child == 0)
        _exit(fd_write_all(ends[1], bytes, MANY) == 0 ? 0 : 1);
    close(ends[1]);
    assert_int_equal(fd_read_up_to(ends[0], got, MANY), MANY);
    assert_memory_equal(got, bytes, MANY);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    close(ends[0]);
    free(bytes);
    free(got);
}

static void an_end_is_no_error(void **state)
{
    char got[8];
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fd_write_all(ends[1], "abc", 3), 0);
    assert_int_equal(fd_write_all(ends[1], NULL, 0), 0);
    close(ends[1]);
    errno = EBADF;
    assert_int_equal(fd_read_up_to(ends[0], got, sizeof got), 3);
    assert_int_equal(errno, 0);
    assert_memory_equal(got, "abc", 3);
    close(ends[0]);
    assert_int_equal(fd_read_up_to(ends[0], got, sizeof got), 0);
    assert_int_equal(errno, EBADF);
}

static void errors_are_told(void **state)
{
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC), ends[2];

    (void)state;
    assert_int_not_equal(full, -1);
    assert_int_equal(fd_write_all(full, "a", 1), -1);
    assert_int_equal(errno, ENOSPC);
    close(full);
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(fd_write_all(ends[1], "a", 1), -1);
    assert_int_equal(errno, EPIPE);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_bytes_arrive_in_order),
        cmocka_unit_test(an_end_is_no_error),
        cmocka_unit_test(errors_are_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

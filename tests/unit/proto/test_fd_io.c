/* test_fd_io - all bytes go through a pipe that takes few at a time, and an end is told from an error */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
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

/* In a child, which answers by its exit code. */
static bool fills_the_places(unsigned closed)
{
    int full = open("/dev/full", O_RDWR);

    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if ((closed & 1u << fd) != 0)
            close(fd);
        else
            dup2(full, fd);
    closefrom(STDERR_FILENO + 1);
    if (fd_open_standard() == -1 || fcntl(STDERR_FILENO + 1, F_GETFD) != -1)
        return false;
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        bool empty = write(fd, "a", 1) == -1 && errno == EBADF && read(fd, &(char){0}, 1) == 0;

        if (empty != ((closed & 1u << fd) != 0) || fcntl(fd, F_GETFD) != 0)
            return false;
    }
    return true;
}

static void what_is_closed_of_the_standard_three_is_opened(void **state)
{
    (void)state;
    for (unsigned closed = 0; closed < 8; closed++) {
        pid_t child = fork();
        int status;

        if (child == 0)
            _exit(fills_the_places(closed) ? 0 : 1);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_bytes_arrive_in_order),
        cmocka_unit_test(an_end_is_no_error),
        cmocka_unit_test(errors_are_told),
        cmocka_unit_test(what_is_closed_of_the_standard_three_is_opened),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

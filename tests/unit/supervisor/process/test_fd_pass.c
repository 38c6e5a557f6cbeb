/* test_fd_pass - a descriptor comes as it was sent, also from one who has died, and nothing else does */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "supervisor/process/fd_pass.h"

static int pair[2];

static int open_pair(void **state)
{
    (void)state;
    return fd_pass_pair(pair);
}

static int close_pair(void **state)
{
    (void)state;
    close(pair[0]);
    return close(pair[1]);
}

static ino_t file_of(int fd)
{
    struct stat info;

    assert_int_equal(fstat(fd, &info), 0);
    return info.st_ino;
}

static void comes_as_it_was_sent(void **state)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC), got;

    (void)state;
    assert_int_equal(fd_pass_send(pair[0], fd), 0);
    got = fd_pass_receive(pair[1]);
    assert_true(got > 0 && got != fd);
    assert_int_equal(file_of(got), file_of(fd));
    assert_int_equal(fcntl(got, F_GETFD), FD_CLOEXEC);
    close(got);
    close(fd);
}

static void outlives_its_sender(void **state)
{
    int status, got;
    pid_t child = fork();

    (void)state;
    if (child == 0)
        _exit(fd_pass_send(pair[1], open("/dev/null", O_RDONLY | O_CLOEXEC)));
    close(pair[1]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    got = fd_pass_receive(pair[0]);
    assert_true(got > 0);
    assert_true(file_of(got) > 0);
    close(got);
    pair[1] = dup(pair[0]); /* for close_pair() */
}

static void nothing_comes_where_nothing_was_sent(void **state)
{
    (void)state;
    assert_int_equal(fd_pass_receive(pair[0]), -1);
    assert_int_equal(send(pair[1], "x", 1, 0), 1); /* bytes alone */
    assert_int_equal(fd_pass_receive(pair[0]), -1);
    assert_int_equal(fd_pass_send(pair[0], -1), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(comes_as_it_was_sent, open_pair, close_pair),
        cmocka_unit_test_setup_teardown(outlives_its_sender, open_pair, close_pair),
        cmocka_unit_test_setup_teardown(nothing_comes_where_nothing_was_sent, open_pair, close_pair),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_listen - where front is reached, and how a start ends that gets no socket */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/exits.h"
#include "supervisor/process/fd_pass.h"
#include "supervisor/process/listen.h"

static struct conf *conf;

static int open_conf(void **state)
{
    (void)state;
    unsetenv("PORT");
    conf = conf_load(NULL, stderr);
    if (conf == NULL)
        return -1;
    conf->http_port = 0; /* the system chooses */
    return 0;
}

static int close_conf(void **state)
{
    (void)state;
    conf_free(&conf);
    return 0;
}

static struct sockaddr_storage own_address(int fd)
{
    struct sockaddr_storage own = {0};
    socklen_t size = sizeof own;

    assert_int_equal(getsockname(fd, (struct sockaddr *)&own, &size), 0);
    return own;
}

static bool can_connect(uint32_t host, unsigned port)
{
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(host)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool connected = connect(fd, (struct sockaddr *)&at, sizeof at) == 0;

    close(fd);
    return connected;
}

static void is_reached_from_this_machine_alone_unless_told(void **state)
{
    unsigned port = 0;
    int fd;
    struct sockaddr_storage own;

    (void)state;
    conf_set(&conf->http_bind, "auto");
    fd = listen_open(conf, -1, &port);
    own = own_address(fd);
    assert_int_equal(own.ss_family, AF_INET);
    assert_int_equal(ntohl(((struct sockaddr_in *)&own)->sin_addr.s_addr), INADDR_LOOPBACK);
    assert_int_equal(ntohs(((struct sockaddr_in *)&own)->sin_port), port);
    assert_true(can_connect(INADDR_LOOPBACK, port));
    close(fd);
    assert_false(can_connect(INADDR_LOOPBACK, port));
}

/* A platform that sets PORT reaches us from outside: by IPv6, if there is one, and IPv4. */
static void is_reached_from_everywhere_where_a_platform_gives_the_port(void **state)
{
    unsigned port = 0;
    int fd;
    struct sockaddr_storage own;

    (void)state;
    setenv("PORT", "0", 1);
    conf_set(&conf->http_bind, "auto");
    fd = listen_open(conf, -1, &port);
    unsetenv("PORT");
    own = own_address(fd);
    if (own.ss_family == AF_INET6)
        assert_memory_equal(&((struct sockaddr_in6 *)&own)->sin6_addr, &in6addr_any, sizeof in6addr_any);
    else
        assert_int_equal(((struct sockaddr_in *)&own)->sin_addr.s_addr, INADDR_ANY);
    assert_true(can_connect(INADDR_LOOPBACK, port));
    close(fd);
}

static int end_of_start(const char *address, unsigned port)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        conf_set(&conf->http_bind, address);
        conf->http_port = port;
        listen_open(conf, -1, &port);
        _exit(EXIT_DONE);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void a_start_without_a_socket_ends(void **state)
{
    unsigned port = 0;
    int fd;

    (void)state;
    conf_set(&conf->http_bind, "127.0.0.1");
    fd = listen_open(conf, -1, &port);
    assert_int_equal(end_of_start("127.0.0.1", port), EXIT_SYSTEM); /* in use: it may be free soon */
    close(fd);
    assert_int_equal(end_of_start("127.0.0.1", 0), EXIT_DONE);
    assert_int_equal(end_of_start("localhost", 0), EXIT_CONFIG); /* names are not asked for */
    assert_int_equal(end_of_start("192.0.2.1", 0), EXIT_CONFIG); /* RFC 5737: no address of ours */
    assert_int_equal(end_of_start("127.0.0.1 ", 0), EXIT_CONFIG);
}

static void whoever_keeps_the_socket_has_it_for_the_next_start(void **state)
{
    unsigned port = 0, again = 0;
    int pair[2], fd, kept, other;

    (void)state;
    conf_set(&conf->http_bind, "127.0.0.1");
    assert_int_equal(fd_pass_pair(pair), 0);
    fd = listen_open(conf, pair[1], &port);
    close(fd);
    kept = fd_pass_receive(pair[0]);
    assert_true(kept >= 0);
    assert_true(can_connect(INADDR_LOOPBACK, port));
    assert_int_equal(fd_pass_send(pair[0], kept), 0);
    conf_set(&conf->http_bind, "192.0.2.1"); /* it is not bound anew */
    other = listen_open(conf, pair[1], &again);
    assert_int_equal(again, port);
    assert_int_equal(fd_pass_receive(pair[0]), -1); /* nor kept twice */
    close(other);
    close(kept);
    assert_false(can_connect(INADDR_LOOPBACK, port));
    close(pair[0]);
    close(pair[1]);
}

static int end_of_start_with(int passed)
{
    int pair[2], code;
    pid_t child;
    unsigned port;

    assert_int_equal(fd_pass_pair(pair), 0);
    assert_int_equal(fd_pass_send(pair[0], passed), 0);
    child = fork();
    if (child == 0) {
        listen_open(conf, pair[1], &port);
        _exit(EXIT_DONE);
    }
    assert_int_equal(waitpid(child, &code, 0), child);
    assert_true(WIFEXITED(code));
    close(pair[0]);
    close(pair[1]);
    return WEXITSTATUS(code);
}

/* LISTEN_FDS may speak of something else, which another start would not change. */
static void what_cannot_be_served_is_refused(void **state)
{
    const struct sockaddr_un hidden = {.sun_family = AF_UNIX}; /* the system chooses a name */
    int local = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int silent = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)state;
    assert_int_equal(bind(local, (const struct sockaddr *)&hidden, sizeof hidden.sun_family), 0);
    assert_int_equal(listen(local, 1), 0);
    assert_int_equal(end_of_start_with(local), EXIT_CONFIG);
    assert_int_equal(end_of_start_with(silent), EXIT_CONFIG);
    assert_int_equal(end_of_start_with(STDERR_FILENO), EXIT_CONFIG);
    assert_int_equal(listen(silent, 1), 0);
    assert_int_equal(end_of_start_with(silent), EXIT_DONE);
    close(local);
    close(silent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_reached_from_this_machine_alone_unless_told),
        cmocka_unit_test(is_reached_from_everywhere_where_a_platform_gives_the_port),
        cmocka_unit_test(a_start_without_a_socket_ends),
        cmocka_unit_test(whoever_keeps_the_socket_has_it_for_the_next_start),
        cmocka_unit_test(what_cannot_be_served_is_refused),
    };

    return cmocka_run_group_tests(tests, open_conf, close_conf);
}

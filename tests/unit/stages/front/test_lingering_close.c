/* test_lingering_close - connections that were told something last, while their clients may still be sending
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/panic.h"
#include "stages/front/lingering_close.h"

enum { FLOOD = 1 << 20 };

/* A connection over TCP, whose bytes alone can be thrown away uncopied: the client's end, and the server's in
 * *fd. Neither blocks. */
static int connect_client(int *fd)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
    socklen_t size = sizeof address;

    assert_int_equal(bind(listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    assert_int_equal(connect(client, (struct sockaddr *)&address, size), 0);
    *fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    assert_int_not_equal(*fd, -1);
    assert_int_equal(fcntl(client, F_SETFL, O_NONBLOCK), 0);
    close(listener);
    return client;
}

/* Reads what there is; *ended: the other side has shut down. */
static size_t read_all(int fd, char *to, size_t room, bool *ended)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    size_t used = 0;
    ssize_t got;

    poll(&wait, 1, 10000);
    while ((got = read(fd, to + used, room - used)) > 0)
        used += (size_t)got;
    *ended = got == 0;
    return used;
}

static void wait_until_readable(const struct lingering *lingering)
{
    struct pollfd wait = {.fd = lingering_fd(lingering), .events = POLLIN};

    assert_int_equal(poll(&wait, 1, 10000), 1);
}

static void the_last_words_arrive(void **state)
{
    struct lingering *lingering = lingering_new(2);
    char text[64];
    bool ended;
    int fd, client = connect_client(&fd);

    (void)state;
    assert_int_equal(lingering_turn(lingering, 0), -1);
    assert_int_equal(write(client, "unread", 6), 6); /* a plain close would reset the connection now */
    lingering_add(lingering, fd, "last words", 10, 0);
    assert_int_equal(read_all(client, text, sizeof text, &ended), 10);
    assert_memory_equal(text, "last words", 10);
    assert_true(ended);
    assert_int_equal(write(client, "more", 4), 4); /* the client has not seen it yet */
    assert_true(lingering_turn(lingering, 1) >= 0);
    assert_int_equal(lingering_count(lingering), 1);
    close(client);
    wait_until_readable(lingering);
    assert_int_equal(lingering_turn(lingering, 2), -1);
    assert_int_equal(lingering_count(lingering), 0);
    lingering_free(&lingering);
    assert_null(lingering);
}

/* Nothing is lost of what the socket does not take at once, also when the client has shut its sending side.
 */
static void long_words_arrive_whole(void **state)
{
    struct lingering *lingering = lingering_new(2);
    char *words = need(FLOOD), *got = need(FLOOD + 1);
    int fd, client = connect_client(&fd);
    bool ended = false;
    size_t size = 0;

    (void)state;
    for (int i = 0; i < FLOOD; i++)
        words[i] = (char)(i * 31);
    lingering_add(lingering, fd, words, FLOOD, 0);
    shutdown(client, SHUT_WR);
    while (!ended) {
        lingering_turn(lingering, 1);
        size += read_all(client, got + size, FLOOD + 1 - size, &ended);
    }
    assert_true(ended);
    assert_int_equal(size, FLOOD);
    assert_memory_equal(got, words, FLOOD);
    assert_int_equal(lingering_count(lingering), 0);
    close(client);
    free(words);
    free(got);
    lingering_free(&lingering);
}

static void silence_is_not_waited_for(void **state)
{
    struct lingering *lingering = lingering_new(2);
    int fd, client = connect_client(&fd);

    (void)state;
    lingering_add(lingering, fd, NULL, 0, 1000);
    assert_true(lingering_turn(lingering, 1000) >= 0);
    lingering_turn(lingering, 5999);
    assert_int_equal(lingering_count(lingering), 1);
    lingering_turn(lingering, 6249); /* it looks four times a second */
    assert_int_equal(lingering_count(lingering), 0);
    close(client);
    lingering_free(&lingering);
}

/* A drip keeps a connection for thirty seconds, and no longer. */
static void drips_have_their_time(void **state)
{
    struct lingering *lingering = lingering_new(2);
    int fd, client = connect_client(&fd);
    int64_t now_ms = 0;

    (void)state;
    lingering_add(lingering, fd, "x", 1, 0);
    for (; lingering_count(lingering) > 0 && now_ms < 100000; now_ms += 1000) {
        assert_int_equal(write(client, "drip", 4), 4);
        wait_until_readable(lingering);
        lingering_turn(lingering, now_ms);
    }
    assert_in_range(now_ms, 30000, 31000);
    close(client);
    lingering_free(&lingering);
}

static void the_oldest_makes_room(void **state)
{
    struct lingering *lingering = lingering_new(2);
    int fd[3], client[3];

    (void)state;
    for (int i = 0; i < 3; i++) {
        client[i] = connect_client(&fd[i]);
        lingering_add(lingering, fd[i], NULL, 0, i);
    }
    assert_int_equal(lingering_count(lingering), 2);
    assert_int_equal(fcntl(fd[0], F_GETFD), -1); /* closed */
    assert_int_not_equal(fcntl(fd[1], F_GETFD), -1);
    assert_int_not_equal(fcntl(fd[2], F_GETFD), -1);
    lingering_free(&lingering); /* closes all */
    assert_int_equal(fcntl(fd[1], F_GETFD), -1);
    for (int i = 0; i < 3; i++)
        close(client[i]);
}

static void a_client_that_is_gone_is_no_trouble(void **state)
{
    struct lingering *lingering = lingering_new(1);
    char *words = need_zero(1, FLOOD);
    int fd, client = connect_client(&fd);

    (void)state;
    close(client);
    lingering_add(lingering, fd, words, FLOOD, 0);
    while (lingering_count(lingering) > 0) {
        wait_until_readable(lingering);
        lingering_turn(lingering, 0);
    }
    free(words);
    lingering_free(&lingering);
}

static int ignore_pipes(void **state)
{
    (void)state;
    return signal(SIGPIPE, SIG_IGN) == SIG_ERR ? -1 : 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_words_arrive),     cmocka_unit_test(long_words_arrive_whole),
        cmocka_unit_test(silence_is_not_waited_for), cmocka_unit_test(drips_have_their_time),
        cmocka_unit_test(the_oldest_makes_room),     cmocka_unit_test(a_client_that_is_gone_is_no_trouble),
    };

    return cmocka_run_group_tests(tests, ignore_pipes, NULL);
}

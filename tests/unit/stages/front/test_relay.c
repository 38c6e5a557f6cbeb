/* test_relay - the bytes of a connection between a client's socket and the end that the HTTP library is given
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "stages/front/relay.h"

#define HEAD "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99000000\r\n\r\n"
enum { LARGE = 4 << 20 };

/* A client, the relay, and who takes itself for a server. */
struct rig {
    struct relay relay;
    struct relay_buffer buffer;
    struct lingering *lingering;
    int epoll, client, library;
};

static int setup(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);
    int pair[2], inner[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == -1 || relay_pair(inner) == -1)
        return -1;
    rig->epoll = epoll_create1(0);
    rig->lingering = lingering_new(4);
    rig->client = pair[0];
    rig->library = relay_open(&rig->relay, rig, rig->epoll, pair[1], inner);
    *state = rig;
    return rig->library == -1;
}

static int teardown(void **state)
{
    struct rig *rig = *state;

    relay_close(&rig->relay);
    relay_free(&rig->relay);
    lingering_free(&rig->lingering);
    close(rig->client);
    close(rig->library);
    close(rig->epoll);
    free(rig);
    return 0;
}

/* Serves what is ready; returns how many events told of the client. */
static int turn(struct rig *rig)
{
    struct epoll_event events[2];
    int count = epoll_wait(rig->epoll, events, 2, 0), told = 0;

    for (int i = 0; i < count; i++)
        told += relay_serve(events[i].data.ptr, events[i].events, &rig->buffer);
    return told;
}

static void serve_all(struct rig *rig)
{
    for (int i = 0; i < 1000; i++)
        turn(rig);
}

static char pattern(size_t at)
{
    return (char)(at * 31 >> 3);
}

/* Sends as much of the pattern as the socket takes. */
static void send_some(int fd, size_t *sent, size_t size)
{
    char bytes[8192];

    while (*sent < size) {
        size_t here = size - *sent < sizeof bytes ? size - *sent : sizeof bytes;
        ssize_t got;

        for (size_t i = 0; i < here; i++)
            bytes[i] = pattern(*sent + i);
        got = send(fd, bytes, here, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (got <= 0)
            return;
        *sent += (size_t)got;
    }
}

/* Receives what there is, at most so many bytes, which must go on with the pattern. */
static void receive_some(int fd, size_t *received, size_t most)
{
    char bytes[8192];
    ssize_t got;

    for (size_t sum = 0; sum < most && (got = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT)) > 0;
         sum += (size_t)got)
        for (ssize_t i = 0; i < got; i++)
            assert_int_equal(bytes[i], pattern((*received)++));
}

static void expect_text(int fd, const char *text)
{
    char bytes[512];
    ssize_t got = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);

    assert_int_equal(got, strlen(text));
    assert_memory_equal(bytes, text, strlen(text));
}

static void expect_end(int fd)
{
    char byte;

    assert_int_equal(recv(fd, &byte, 1, MSG_DONTWAIT), 0);
}

static void expect_nothing(int fd)
{
    char byte;

    assert_int_equal(recv(fd, &byte, 1, MSG_DONTWAIT), -1);
    assert_int_equal(errno, EAGAIN);
}

static void send_text(int fd, const char *text)
{
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* ---- tests ---- */

static void a_head_goes_on_whole_or_not_at_all(void **state)
{
    struct rig *rig = *state;
    unsigned status;

    send_text(rig->client, "GET / HTTP/1.1\r\nHo");
    serve_all(rig);
    expect_nothing(rig->library);
    send_text(rig->client, "st: a\r\n\r\nGET / HTTP/1.1\r\n Folded: a\r\n");
    assert_int_equal(turn(rig), 1);
    serve_all(rig);
    expect_text(rig->library, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_non_null(http_guard_error(rig->relay.guard, &status));
    send_text(rig->client, "more");
    serve_all(rig); /* nobody reads it any more */
    expect_nothing(rig->library);
    assert_true(relay_has_unread(&rig->relay));
}

static void a_client_waits_for_a_library_that_does_not_read(void **state)
{
    struct rig *rig = *state;
    size_t sent = 0, received = 0, before;

    send_text(rig->client, HEAD);
    serve_all(rig);
    expect_text(rig->library, HEAD);
    for (int i = 0; i < 100; i++) {
        send_some(rig->client, &sent, LARGE);
        turn(rig);
    }
    assert_true(sent < LARGE && rig->relay.to_library.size <= RELAY_PIECE);
    before = sent;
    send_some(rig->client, &sent, LARGE);
    assert_int_equal(sent, before);
    for (int i = 0; i < 10000 && received < LARGE; i++) {
        receive_some(rig->library, &received, 5000);
        turn(rig);
        send_some(rig->client, &sent, LARGE);
    }
    assert_int_equal(received, LARGE);
}

static void a_library_waits_for_a_client_that_does_not_read(void **state)
{
    struct rig *rig = *state;
    size_t sent = 0, received = 0;

    for (int i = 0; i < 100; i++) {
        send_some(rig->library, &sent, LARGE);
        turn(rig);
    }
    assert_true(sent < LARGE && rig->relay.to_client.size <= RELAY_PIECE && relay_owes(&rig->relay));
    for (int i = 0; i < 10000 && received < LARGE; i++) {
        receive_some(rig->client, &received, 5000);
        turn(rig);
        send_some(rig->library, &sent, LARGE);
    }
    assert_int_equal(received, LARGE);
    assert_false(relay_owes(&rig->relay));
}

static void what_was_said_arrives_before_the_last_words(void **state)
{
    struct rig *rig = *state;

    send_text(rig->library, "said");
    relay_finish(&rig->relay, rig->lingering, " last", 5);
    expect_text(rig->client, "said last");
    expect_end(rig->client);
    expect_end(rig->library);
    assert_int_equal(lingering_count(rig->lingering), 1); /* it may still be sending */
    send_text(rig->client, "more");
    lingering_turn(rig->lingering, 0);
    close(rig->client);
    lingering_turn(rig->lingering, 0);
    assert_int_equal(lingering_count(rig->lingering), 0);
    rig->client = -1;
}

static void more_than_the_socket_takes_arrives_all_the_same(void **state)
{
    struct rig *rig = *state;
    size_t sent = 0, received = 0;

    for (int i = 0; i < 100; i++) {
        send_some(rig->library, &sent, LARGE);
        turn(rig);
    }
    relay_finish(&rig->relay, rig->lingering, NULL, 0);
    for (int i = 0; i < 10000 && received < sent; i++) {
        receive_some(rig->client, &received, 5000);
        lingering_turn(rig->lingering, 0);
    }
    assert_int_equal(received, sent);
    expect_end(rig->client);
}

static void a_client_that_has_ended_still_gets_its_answer(void **state)
{
    struct rig *rig = *state;

    send_text(rig->client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    shutdown(rig->client, SHUT_WR);
    serve_all(rig);
    assert_true(rig->relay.client_ended && !rig->relay.broken);
    expect_text(rig->library, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    expect_nothing(rig->library); /* no end: the library would drop the request */
    send_text(rig->library, "answer");
    assert_false(relay_deliver(&rig->relay, &rig->buffer));
    expect_text(rig->client, "answer");
    assert_int_equal(turn(rig), 0); /* and its end wakes nobody again and again */
}

static void a_client_that_has_gone_breaks_it(void **state)
{
    struct rig *rig = *state;

    close(rig->client);
    rig->client = -1;
    assert_int_equal(turn(rig), 1);
    assert_true(rig->relay.broken);
    relay_finish(&rig->relay, rig->lingering, "last", 4);
    assert_int_equal(lingering_count(rig->lingering), 0);
    expect_end(rig->library);
}

#define RELAY_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RELAY_TEST(a_head_goes_on_whole_or_not_at_all),
        RELAY_TEST(a_client_waits_for_a_library_that_does_not_read),
        RELAY_TEST(a_library_waits_for_a_client_that_does_not_read),
        RELAY_TEST(what_was_said_arrives_before_the_last_words),
        RELAY_TEST(more_than_the_socket_takes_arrives_all_the_same),
        RELAY_TEST(a_client_that_has_ended_still_gets_its_answer),
        RELAY_TEST(a_client_that_has_gone_breaks_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

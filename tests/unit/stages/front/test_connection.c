/* test_connection - the clients' connections: their deadlines, and what they are told at the end */
#include <setjmp.h>
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

#include "proto/clock.h"
#include "stages/front/connection.h"

#define HEAD "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
enum { QUIET_MS = 10000, WAIT_MS = 10000 };

/* A client, and who takes itself for the HTTP library. */
struct rig {
    struct lingering *lingering;
    struct connections *connections;
    struct connection *connection;
    int client, library;
    int64_t now_ms;
};

static void open_rig(struct rig *rig)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    socklen_t size = sizeof address;

    rig->client = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    assert_int_equal(connect(rig->client, (struct sockaddr *)&address, size), 0);
    rig->now_ms = clock_monotonic_ms();
    rig->lingering = lingering_new(4);
    rig->connections = connections_new(rig->lingering, QUIET_MS);
    rig->connection = connection_new(rig->connections, accept4(listener, NULL, NULL, SOCK_NONBLOCK),
                                     rig->now_ms + QUIET_MS, &rig->library);
    close(listener);
    assert_non_null(rig->connection);
    assert_int_equal(connections_count(rig->connections), 1);
    assert_ptr_equal(connection_started(rig->connections, rig->library), rig->connection);
    assert_null(connection_started(rig->connections, rig->library)); /* it has begun already */
}

static void close_rig(struct rig *rig)
{
    if (rig->connection != NULL)
        connection_free(&rig->connection);
    assert_int_equal(connections_count(rig->connections), 0);
    connections_free(&rig->connections);
    lingering_free(&rig->lingering);
    close(rig->client);
    close(rig->library);
}

static void send_bytes(struct rig *rig, const char *text)
{
    struct pollfd wait = {.fd = connections_fd(rig->connections), .events = POLLIN};

    assert_int_equal(send(rig->client, text, strlen(text), MSG_NOSIGNAL), strlen(text));
    assert_int_equal(poll(&wait, 1, WAIT_MS), 1);
    connections_carry(rig->connections);
}

/* What has come in all, once the other side has ended. */
static size_t read_to_end(int fd, char *to, size_t room)
{
    size_t used = 0;
    ssize_t got;

    fcntl(fd, F_SETFL, 0);
    while ((got = read(fd, to + used, room - used)) > 0)
        used += (size_t)got;
    assert_int_equal(got, 0);
    return used;
}

static void a_request_goes_to_the_library_and_its_answer_back(void **state)
{
    struct rig rig;
    char text[128];

    (void)state;
    open_rig(&rig);
    assert_false(connection_has_head(rig.connection));
    send_bytes(&rig, HEAD);
    assert_true(connection_has_head(rig.connection));
    assert_int_equal(read(rig.library, text, sizeof text), sizeof HEAD - 1);
    assert_memory_equal(text, HEAD, sizeof HEAD - 1);
    connection_phase(rig.connection, true, rig.now_ms + QUIET_MS);
    assert_int_equal(connections_busy(rig.connections), 1);
    assert_int_equal(write(rig.library, "answer", 6), 6);
    connection_answer(rig.connection, rig.now_ms + QUIET_MS);
    connections_deliver(rig.connections);
    assert_int_equal(recv(rig.client, text, sizeof text, 0), 6);
    connection_phase(rig.connection, false, rig.now_ms + QUIET_MS); /* it is done with */
    assert_false(connection_has_head(rig.connection));              /* of the next one */
    close_rig(&rig);
}

static void half_a_head_is_told_that_it_is_late(void **state)
{
    struct rig rig;
    unsigned status;

    (void)state;
    open_rig(&rig);
    send_bytes(&rig, "GET / HT");
    connections_expire(rig.connections, rig.now_ms);
    assert_null(connections_settle(rig.connections));
    connections_expire(rig.connections, clock_monotonic_ms() + QUIET_MS);
    assert_ptr_equal(connections_settle(rig.connections), rig.connection);
    assert_int_equal(connection_error(rig.connection, &status)->code, CODE_REQUEST_TIMEOUT);
    assert_int_equal(status, 408);
    close_rig(&rig);
}

static void an_idle_connection_is_closed_without_a_word(void **state)
{
    struct rig rig;
    char text[16];

    (void)state;
    open_rig(&rig);
    connections_expire(rig.connections, rig.now_ms + QUIET_MS - 1);
    assert_false(connection_is_gone(rig.connection));
    connections_expire(rig.connections, clock_monotonic_ms() + 2 * QUIET_MS);
    assert_true(connection_is_gone(rig.connection));
    assert_int_equal(read_to_end(rig.client, text, sizeof text), 0);
    assert_int_equal(read_to_end(rig.library, text, sizeof text), 0); /* so the library frees it */
    close_rig(&rig);
}

/* While the supervisor is asked there is no deadline: that has one of its own. */
static void who_waits_for_an_answer_is_not_late(void **state)
{
    struct rig rig;

    (void)state;
    open_rig(&rig);
    send_bytes(&rig, HEAD);
    connection_phase(rig.connection, true, NO_DEADLINE);
    connections_expire(rig.connections, rig.now_ms + 1000 * QUIET_MS);
    assert_false(connection_is_gone(rig.connection));
    connections_close_idle(rig.connections);
    assert_false(connection_is_gone(rig.connection));
    close_rig(&rig);
}

/* However long the library takes to read it, and to answer it. */
static void a_whole_request_is_not_closed_without_an_answer(void **state)
{
    struct rig rig;
    char text[128];

    (void)state;
    open_rig(&rig);
    send_bytes(&rig, HEAD);
    connections_expire(rig.connections, clock_monotonic_ms() + 2 * QUIET_MS);
    assert_false(connection_is_gone(rig.connection));
    connections_close_idle(rig.connections);
    assert_false(connection_is_gone(rig.connection));
    assert_int_equal(read(rig.library, text, sizeof text), sizeof HEAD - 1);
    connection_phase(rig.connection, true, rig.now_ms + QUIET_MS);
    connections_expire(rig.connections, clock_monotonic_ms() + 3 * QUIET_MS - 1000);
    assert_false(connection_is_gone(rig.connection));
    assert_null(connections_settle(rig.connections)); /* and it is not told 408 */
    assert_int_equal(write(rig.library, "answer", 6), 6);
    connection_answer(rig.connection, rig.now_ms + QUIET_MS);
    connections_deliver(rig.connections);
    assert_int_equal(recv(rig.client, text, sizeof text, 0), 6);
    close_rig(&rig);
}

static void a_request_that_is_never_answered_is_closed_in_the_end(void **state)
{
    struct rig rig;

    (void)state;
    open_rig(&rig);
    send_bytes(&rig, HEAD);
    connection_phase(rig.connection, true, rig.now_ms + QUIET_MS);
    connections_expire(rig.connections, clock_monotonic_ms() + 10 * QUIET_MS);
    assert_true(connection_is_gone(rig.connection));
    close_rig(&rig);
}

/* The rest of a body has come, and lies unread, for we were busy. */
static void unread_bytes_are_not_told_that_they_are_late(void **state)
{
    struct rig rig;
    struct pollfd wait;

    (void)state;
    open_rig(&rig);
    wait = (struct pollfd){.fd = connections_fd(rig.connections), .events = POLLIN};
    send_bytes(&rig, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo");
    connection_phase(rig.connection, true, rig.now_ms + QUIET_MS);
    assert_int_equal(send(rig.client, "dy", 2, MSG_NOSIGNAL), 2);
    assert_int_equal(poll(&wait, 1, WAIT_MS), 1);
    connections_expire(rig.connections, clock_monotonic_ms() + 2 * QUIET_MS);
    assert_null(connections_settle(rig.connections));
    assert_false(connection_is_gone(rig.connection));
    connections_carry(rig.connections);
    connections_expire(rig.connections, clock_monotonic_ms() + 2 * QUIET_MS + 1000);
    assert_null(connections_settle(rig.connections)); /* all of it is there: it is our turn */
    close_rig(&rig);
}

static void malformed_bytes_are_told_after_earlier_answers(void **state)
{
    struct rig rig;
    unsigned status;
    char text[128];

    (void)state;
    open_rig(&rig);
    send_bytes(&rig, HEAD "nonsense\r\n");
    connection_phase(rig.connection, true, rig.now_ms + QUIET_MS);
    assert_null(connections_settle(rig.connections)); /* the first request has no answer yet */
    connection_answer(rig.connection, rig.now_ms + QUIET_MS);
    assert_null(connections_settle(rig.connections));
    connection_phase(rig.connection, false, rig.now_ms + QUIET_MS);
    assert_ptr_equal(connections_settle(rig.connections), rig.connection);
    assert_int_equal(connection_error(rig.connection, &status)->code, CODE_BAD_REQUEST);
    connection_say(rig.connection, "400, and why", 12);
    assert_true(connection_is_gone(rig.connection));
    assert_null(connections_settle(rig.connections));
    connection_say(rig.connection, "twice", 5); /* nothing more arrives */
    assert_int_equal(read_to_end(rig.client, text, sizeof text), 12);
    assert_memory_equal(text, "400, and why", 12);
    close_rig(&rig);
}

static void who_ends_is_let_go_when_he_has_his_answer(void **state)
{
    struct rig rig;
    struct pollfd wait;
    char text[16];

    (void)state;
    open_rig(&rig);
    wait = (struct pollfd){.fd = connections_fd(rig.connections), .events = POLLIN};
    send_bytes(&rig, HEAD);
    connection_phase(rig.connection, true, rig.now_ms + QUIET_MS);
    shutdown(rig.client, SHUT_WR);
    assert_int_equal(poll(&wait, 1, WAIT_MS), 1);
    connections_carry(rig.connections);
    assert_null(connections_settle(rig.connections)); /* its request has no answer yet */
    assert_false(connection_is_gone(rig.connection));
    assert_int_equal(write(rig.library, "answer", 6), 6);
    connection_answer(rig.connection, rig.now_ms + QUIET_MS);
    connections_deliver(rig.connections);
    connection_phase(rig.connection, false, rig.now_ms + QUIET_MS);
    assert_null(connections_settle(rig.connections));
    assert_true(connection_is_gone(rig.connection));
    assert_int_equal(read_to_end(rig.client, text, sizeof text), 6);
    close_rig(&rig);
}

static void what_the_library_does_not_take_is_dropped(void **state)
{
    struct rig rig;
    char text[16];

    (void)state;
    open_rig(&rig);
    connection_free(&rig.connection);
    assert_int_equal(read_to_end(rig.client, text, sizeof text), 0);
    connection_refused(rig.connections, rig.library); /* of nobody */
    assert_int_equal(connections_expire(rig.connections, rig.now_ms), -1);
    close_rig(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_goes_to_the_library_and_its_answer_back),
        cmocka_unit_test(half_a_head_is_told_that_it_is_late),
        cmocka_unit_test(an_idle_connection_is_closed_without_a_word),
        cmocka_unit_test(who_waits_for_an_answer_is_not_late),
        cmocka_unit_test(a_whole_request_is_not_closed_without_an_answer),
        cmocka_unit_test(a_request_that_is_never_answered_is_closed_in_the_end),
        cmocka_unit_test(unread_bytes_are_not_told_that_they_are_late),
        cmocka_unit_test(malformed_bytes_are_told_after_earlier_answers),
        cmocka_unit_test(who_ends_is_let_go_when_he_has_his_answer),
        cmocka_unit_test(what_the_library_does_not_take_is_dropped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

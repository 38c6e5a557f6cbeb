/* test_http_client - many transfers at once against a real TLS server: which protocol, how many connections
 *
 * The server (tests/doubles/tls.py) answers nobody before all have asked: a row that ends proves that they
 * ran at once.  Needs python3 with h2, and openssl for the certificate. Hostile answers come from a server of
 * this file, a process that says whatever its request's path names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "proto/clock.h"
#include "tests/system/http_rig.h"

enum { BODY = 300000, MANY = 65536 };

static char folder[] = "/tmp/slidemill-net-XXXXXX", cert[64], key[64];
static char body[BODY];

/* ---- the client ---- */

/* As many bytes as body: some as they are, the others as base64. */
static struct http_body *parts(void)
{
    struct http_body *made = http_body_new();

    http_body_add(made, body, BODY / 5, NULL, NULL);
    http_body_add_base64(made, body, (BODY - BODY / 5) / 4 * 3, NULL, NULL);
    assert_int_equal(http_body_size(made), BODY);
    return made;
}

static int make_certificate(void **state)
{
    char command[512];

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(cert, sizeof cert, "%s/cert.pem", folder);
    snprintf(key, sizeof key, "%s/key.pem", folder);
    snprintf(
        command, sizeof command,
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=localhost "
        "-addext subjectAltName=DNS:localhost -keyout %s -out %s 2>/dev/null",
        key, cert);
    assert_int_equal(system(command), 0);
    return setenv("SSL_CERT_FILE", cert, 1);
}

static int drop_certificate(void **state)
{
    (void)state;
    unlink(cert);
    unlink(key);
    return rmdir(folder);
}

/* The body goes now as one, now in parts. */
static struct http_transfer *ask(struct http_client *net, const struct server *server, const char *path,
                                 struct tally *tally)
{
    static unsigned asked;
    bool whole = asked++ % 2 == 0;
    char url[128];

    snprintf(url, sizeof url, "%s%s", server->url, path);
    return http_start(net,
                      &(struct http_request){.method = "POST",
                                             .url = url,
                                             .body = whole ? body : NULL,
                                             .body_size = whole ? sizeof body : 0,
                                             .parts = whole ? NULL : parts(),
                                             .max_answer = MANY,
                                             .timeout_ms = PATIENCE_MS},
                      tally_count, tally);
}

static json_t *stats_of(struct http_client *net, const struct server *server)
{
    struct tally tally = {.done = 0};
    json_t *stats;

    ask(net, server, "/stats", &tally);
    turn_until(net, &tally, 1);
    stats = json_loads(tally.text, 0, NULL);
    assert_non_null(stats);
    return stats;
}

static long stat_of(const json_t *stats, const char *name)
{
    return (long)json_integer_value(json_object_get(stats, name));
}

/* ---- what must be ---- */

static void calls_share_connections(void **state)
{
    static const struct {
        const char *sentence;
        const char *options[6];
        unsigned calls, rounds; /* rounds: one after the other, on what is left of the first */
        const char *protocol;
        long connections;
        bool cold; /* there was no answer before */
    } rows[] = {
        {"HTTP/2: as many calls as we like on one connection", {"--gather", "48"}, 48, 1, "h2", 1, false},
        {"and later ones on the same", {"--gather", "16"}, 16, 4, "h2", 1, false},
        {"HTTP/1.1: a connection for each", {"--http1", "--gather", "12"}, 12, 1, "http/1.1", 12, false},
        {"and no more for later ones", {"--http1", "--gather", "12"}, 12, 4, "http/1.1", 12, false},
        {"HTTP/2 when nobody knows yet", {"--gather", "48"}, 48, 1, "h2", 1, true},
        {"HTTP/1.1 when nobody knows yet", {"--http1", "--gather", "12"}, 12, 2, "http/1.1", 12, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct server server;
        struct http_client *net = http_client_new(rows[i].calls);
        struct tally tally = {.done = 0};
        json_t *stats;

        server_start(&server, cert, key, rows[i].options);
        if (!rows[i].cold)
            json_decref(stats_of(net, &server)); /* its limits are known then */
        for (unsigned round = 1; round <= rows[i].rounds; round++) {
            for (unsigned call = 0; call < rows[i].calls; call++)
                ask(net, &server, "/", &tally);
            turn_until(net, &tally, round * rows[i].calls);
        }
        assert_string_equal(tally.text, "300000");
        stats = stats_of(net, &server);
        if (tally.good != tally.done || stat_of(stats, "connections") != rows[i].connections ||
            stat_of(json_object_get(stats, "protocols"), rows[i].protocol) != rows[i].connections)
            fail_msg("%s: %u good, %ld connections", rows[i].sentence, tally.good,
                     stat_of(stats, "connections"));
        json_decref(stats);
        http_client_free(&net);
        server_stop(&server);
    }
}

/* How many more connections libcurl opens then is its own affair; that every call is answered is ours. */
static void a_server_may_take_fewer_at_once(void **state)
{
    struct server server;
    struct http_client *net = http_client_new(40);
    struct tally tally = {.done = 0};

    (void)state;
    server_start(&server, cert, key, (const char *const[]){"--streams", "20", "--gather", "40", NULL});
    for (int i = 0; i < 40; i++)
        ask(net, &server, "/", &tally);
    turn_until(net, &tally, 40);
    assert_int_equal(tally.good, 40);
    http_client_free(&net);
    server_stop(&server);
}

/* More calls than connections allowed: they wait for one, and all are answered. */
static void no_more_connections_than_allowed(void **state)
{
    struct server server;
    struct http_client *net = http_client_new(4);
    struct tally tally = {.done = 0};
    json_t *stats;

    (void)state;
    server_start(&server, cert, key, (const char *const[]){"--http1", "--gather", "4", NULL});
    ask(net, &server, "/first", &tally); /* nobody knows yet that this is HTTP/1.1 */
    turn_until(net, &tally, 1);
    for (int i = 0; i < 20; i++)
        ask(net, &server, "/", &tally);
    turn_until(net, &tally, 21);
    stats = stats_of(net, &server);
    assert_int_equal(tally.good, 21);
    assert_int_equal(stat_of(stats, "connections"), 4);
    json_decref(stats);
    http_client_free(&net);
    server_stop(&server);
}

/* A server that moves its clients on answers what it has begun; the rest goes over a new connection. */
static void goaway_costs_no_call(void **state)
{
    struct server server;
    struct http_client *net = http_client_new(8);
    struct tally tally = {.done = 0};
    json_t *stats;

    (void)state;
    server_start(&server, cert, key, (const char *const[]){"--goaway", "5", NULL});
    for (unsigned i = 1; i <= 20; i++) {
        ask(net, &server, "/", &tally);
        turn_until(net, &tally, i);
    }
    assert_int_equal(tally.good, 20);
    stats = stats_of(net, &server);
    assert_int_equal(stat_of(stats, "requests"), 20);
    assert_int_equal(stat_of(stats, "connections"), 5);
    json_decref(stats);
    http_client_free(&net);
    server_stop(&server);
}

/* One call that is given up, or that the server drops, leaves the others on its connection alone. */
static void one_stream_does_not_harm_another(void **state)
{
    struct server server;
    struct http_client *net = http_client_new(8);
    struct tally tally = {.done = 0}, dropped = {.done = 0}, given_up = {.done = 0};
    struct http_transfer *transfer;
    json_t *stats;

    (void)state;
    server_start(&server, cert, key, (const char *const[]){"--gather", "8", NULL});
    json_decref(stats_of(net, &server)); /* connected */
    transfer = ask(net, &server, "/", &given_up);
    for (int i = 0; i < 6; i++)
        ask(net, &server, "/", &tally);
    http_client_turn(net);
    http_cancel(net, transfer);
    ask(net, &server, "/drop", &dropped);
    ask(net, &server, "/", &tally);
    ask(net, &server, "/", &tally);
    turn_until(net, &tally, 8);
    turn_until(net, &dropped, 1);
    assert_int_equal(tally.good, 8);
    assert_int_equal(dropped.good, 0);
    assert_int_equal(given_up.done, 0);
    stats = stats_of(net, &server);
    assert_int_equal(stat_of(stats, "connections"), 1);
    json_decref(stats);
    http_client_free(&net);
    server_stop(&server);
}

/* ---- hostile answers ---- */

/* What a path gets: once, then again and again until the other side goes. */
struct speech {
    const char *path, *begin, *more;
    unsigned pause_ms;
};

static const struct speech speeches[] = {
    {"/moved", "HTTP/1.1 307 x\r\nContent-Length: 5\r\nLocation: /elsewhere\r\n\r\nmoved", "", 0},
    {"/elsewhere", "HTTP/1.1 200 x\r\nContent-Length: 9\r\n\r\nelsewhere", "", 0},
    {"/endless", "HTTP/1.1 200 x\r\n\r\n", "0123456789abcdef", 0},
    {"/giant", "HTTP/1.1 200 x\r\nContent-Length: 1099511627776\r\n\r\n", "", 0},
    {"/chunks", "HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n", "10\r\n0123456789abcdef\r\n", 0},
    {"/headers", "HTTP/1.1 200 x\r\n", "X: 0123456789abcdef\r\n", 0},
    {"/line", "HTTP/1.1 200 x\r\nX: ", "0123456789abcdef", 0},
    {"/hints", "", "HTTP/1.1 103 x\r\nX: 0123456789abcdef\r\n\r\n", 0},
    {"/drip", "HTTP/1.1 200 x\r\n\r\n", "a", 20},
    {"/dripping-headers", "HTTP/1.1 200 x\r\n", "X: a\r\n", 20},
    {"/silent", "", "", 0},
    {"/nonsense", "\001\002 not HTTP\r\n\r\n", "", 0},
};

static void speak(int fd)
{
    char request[256] = "";
    ssize_t got = recv(fd, request, sizeof request - 1, 0);
    size_t path = strcspn(request + 5, " ") + 5; /* "POST " */

    for (size_t i = 0; got > 5 && i < sizeof speeches / sizeof *speeches; i++) {
        const struct speech *it = &speeches[i];

        if (strncmp(request + 5, it->path, path - 5) != 0 || it->path[path - 5] != '\0')
            continue;
        send(fd, it->begin, strlen(it->begin), MSG_NOSIGNAL);
        while (*it->more != '\0' && send(fd, it->more, strlen(it->more), MSG_NOSIGNAL) != -1)
            poll(NULL, 0, (int)it->pause_ms);
        while (recv(fd, request, sizeof request, 0) > 0)
            ;
    }
    _exit(0);
}

struct outcome {
    bool done;
    CURLcode curl;
    long status;
    size_t size;
};

static void on_outcome(void *arg, const struct http_answer *answer)
{
    *(struct outcome *)arg = (struct outcome){true, answer->curl, answer->status, answer->size};
}

static void hostile_answers_are_bounded(void **state)
{
    static const struct {
        const char *sentence, *path;
        CURLcode curl;
        long status; /* -1: whatever it is */
    } rows[] = {
        {"nobody is followed elsewhere", "/moved", CURLE_OK, 307},
        {"a body without end", "/endless", CURLE_FILESIZE_EXCEEDED, 200},
        {"a body that is told to be large", "/giant", CURLE_FILESIZE_EXCEEDED, 200},
        {"chunks without end", "/chunks", CURLE_FILESIZE_EXCEEDED, 200},
        {"headers without end", "/headers", CURLE_WEIRD_SERVER_REPLY, -1},
        {"interim answers without end", "/hints", CURLE_WEIRD_SERVER_REPLY, -1},
        {"a body that drips", "/drip", CURLE_OPERATION_TIMEDOUT, 200},
        {"headers that drip", "/dripping-headers", CURLE_OPERATION_TIMEDOUT, -1},
        {"silence", "/silent", CURLE_OPERATION_TIMEDOUT, 0},
        {"what is not HTTP", "/nonsense", CURLE_UNSUPPORTED_PROTOCOL, 0},
        {"a file", "file:///etc/passwd", CURLE_UNSUPPORTED_PROTOCOL, 0},
        {"another protocol", "gopher://127.0.0.1/", CURLE_UNSUPPORTED_PROTOCOL, 0},
    };
    enum { ROWS = sizeof rows / sizeof *rows, TIMEOUT_MS = 1500 };
    struct outcome outcomes[ROWS] = {{.done = false}};
    int64_t begun = clock_monotonic_ms();
    struct server server;
    struct http_client *net = http_client_new(ROWS);
    char url[128];

    (void)state;
    speaker_start(&server, speak);
    for (int i = 0; i < ROWS; i++) {
        snprintf(url, sizeof url, "%s%s", rows[i].path[0] == '/' ? server.url : "", rows[i].path);
        http_start(net,
                   &(struct http_request){
                       .method = "POST", .url = url, .max_answer = MANY, .timeout_ms = TIMEOUT_MS},
                   on_outcome, &outcomes[i]);
    }
    for (int done = 0; done < ROWS && clock_monotonic_ms() < begun + PATIENCE_MS;) {
        struct pollfd fd = {.fd = http_client_fd(net), .events = POLLIN};
        int wait = http_client_turn(net);

        poll(&fd, 1, wait == -1 || wait > 100 ? 100 : wait);
        done = 0;
        for (int i = 0; i < ROWS; i++)
            done += outcomes[i].done;
    }
    for (int i = 0; i < ROWS; i++)
        if (!outcomes[i].done || outcomes[i].curl != rows[i].curl || outcomes[i].size > MANY ||
            (rows[i].status != -1 && outcomes[i].status != rows[i].status))
            fail_msg("%s: %d, %ld, %zu bytes", rows[i].sentence, (int)outcomes[i].curl, outcomes[i].status,
                     outcomes[i].size);
    assert_in_range(clock_monotonic_ms() - begun, TIMEOUT_MS - 100, 10 * TIMEOUT_MS);
    http_client_free(&net);
    server_stop(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_share_connections),          cmocka_unit_test(a_server_may_take_fewer_at_once),
        cmocka_unit_test(no_more_connections_than_allowed), cmocka_unit_test(goaway_costs_no_call),
        cmocka_unit_test(one_stream_does_not_harm_another), cmocka_unit_test(hostile_answers_are_bounded),
    };

    return cmocka_run_group_tests(tests, make_certificate, drop_certificate);
}

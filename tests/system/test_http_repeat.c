/* test_http_repeat - which requests are sent a second time, when a connection that was used before is closed
 * under them
 *
 * A model's call that a server has whole may be paid for: no second one goes out unless somebody of ours asks
 * for it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "proto/clock.h"
#include "proto/panic.h"
#include "tests/system/http_rig.h"

enum { LARGE = 16 << 20, SMALL = 3000, ANSWER_MAX = 65536, CLOSE_MS = 200 };

static char folder[] = "/tmp/slidemill-repeat-XXXXXX", cert[64], key[64];
static char *large;
static atomic_uint *whole; /* bodies that came to their end, in all processes */

static int prepare(void **state)
{
    char command[512];

    (void)state;
    large = need(LARGE);
    for (size_t i = 0; i < LARGE; i++)
        large[i] = (char)(i * 2654435761u >> 16);
    whole = mmap(NULL, sizeof *whole, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(whole != MAP_FAILED);
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

static int clean_up(void **state)
{
    (void)state;
    unlink(cert);
    unlink(key);
    free(large);
    return rmdir(folder);
}

static void ask(struct http_client *net, const struct server *server, const char *path, size_t size,
                struct tally *tally)
{
    struct http_body *body = http_body_new();
    char url[128];

    http_body_add(body, large, size / 8 * 4, NULL, NULL);
    http_body_add_base64(body, large, size / 8 * 3, NULL, NULL);
    snprintf(url, sizeof url, "%s%s", server->url, path);
    http_start(
        net,
        &(struct http_request){
            .method = "POST", .url = url, .parts = body, .max_answer = ANSWER_MAX, .timeout_ms = PATIENCE_MS},
        tally_count, tally);
}

/* ---- a plain server that goes away ---- */

/* What a body is told apart by: FNV-1a. */
static uint64_t sum_of(const char *data, size_t size, uint64_t sum)
{
    for (size_t i = 0; i < size; i++)
        sum = (sum ^ (unsigned char)data[i]) * 1099511628211u;
    return sum;
}

/* Reads a request to its end and tells its path and the sum of its body. */
static uint64_t read_request(int fd, char path[64])
{
    char text[65536], *end = NULL;
    size_t size = 0, length;
    uint64_t sum = 0;

    while (end == NULL && size < sizeof text - 1) {
        ssize_t got = recv(fd, text + size, sizeof text - 1 - size, 0);

        if (got <= 0)
            _exit(0);
        text[size += (size_t)got] = '\0';
        end = strstr(text, "\r\n\r\n");
    }
    if (end == NULL || strstr(text, "\r\nContent-Length: ") == NULL || sscanf(text, "POST %63s", path) != 1)
        _exit(1);
    length = strtoul(strstr(text, "Content-Length: ") + 16, NULL, 10);
    end += 4;
    size -= (size_t)(end - text);
    sum = sum_of(end, size, sum);
    for (ssize_t got; size < length; size += (size_t)got) {
        got = recv(fd, text, sizeof text, 0);
        if (got <= 0)
            _exit(1);
        sum = sum_of(text, (size_t)got, sum);
    }
    atomic_fetch_add(whole, 1);
    return sum;
}

static void answer(int fd, uint64_t sum)
{
    char text[128];

    snprintf(text, sizeof text, "HTTP/1.1 200 x\r\nContent-Length: 16\r\n\r\n%016llx",
             (unsigned long long)sum);
    send(fd, text, strlen(text), MSG_NOSIGNAL);
}

/* Answers the first request of each connection; /idle: and goes then.  Of the second it takes a part, or if
 * that is for /whole, all, and goes without a word. */
static void go_away(int fd)
{
    char path[64], some[4096];

    answer(fd, read_request(fd, path));
    if (strcmp(path, "/whole") == 0)
        read_request(fd, path);
    else if (strcmp(path, "/idle") != 0)
        recv(fd, some, sizeof some, MSG_WAITALL);
    _exit(0);
}

/* Asked one after the other. */
static void a_body_that_the_server_has_whole_is_not_sent_again(void **state)
{
    static const struct {
        const char *sentence, *path;
        size_t size;
        unsigned good, whole; /* of four; whole 0: only the good ones, and those may be more */
    } rows[] = {
        {"closed in the middle of it: it may be", "/part", LARGE, 2, 0},
        {"closed behind it", "/whole", LARGE, 2, 4},
        {"closed behind a small one", "/whole", SMALL, 2, 4},
        {"closed before it", "/idle", SMALL, 4, 4},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct http_client *net = http_client_new(1);
        struct tally tally = {.done = 0};
        struct server server;
        char wanted[32] = "";

        print_message("  %s\n", rows[i].sentence);
        atomic_store(whole, 0);
        speaker_start(&server, go_away);
        for (unsigned call = 1; call <= 4; call++) {
            unsigned good = tally.good;

            ask(net, &server, rows[i].path, rows[i].size, &tally);
            turn_until(net, &tally, call);
            if (tally.good == good)
                assert_true(tally.last == CURLE_GOT_NOTHING || tally.last == CURLE_SEND_ERROR);
            else if (*wanted == '\0')
                snprintf(wanted, sizeof wanted, "%.16s", tally.text);
            else
                assert_string_equal(tally.text, wanted); /* from its beginning, again */
            poll(NULL, 0, CLOSE_MS);
        }
        assert_in_range(tally.good, rows[i].good, rows[i].whole == 4 ? rows[i].good : 4);
        assert_int_equal(atomic_load(whole), rows[i].whole == 0 ? tally.good : rows[i].whole);
        http_client_free(&net);
        server_stop(&server);
    }
}

static void nor_is_it_over_tls(void **state)
{
    static const struct {
        const char *path;
        const char *options[2];
    } rows[] = {{"/hang-up", {"--http1"}}, {"/hang-up", {NULL}}, {"/refuse", {NULL}}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct http_client *net = http_client_new(1);
        struct tally tally = {.done = 0}, stats = {.done = 0};
        struct server server;
        json_t *told;

        server_start(&server, cert, key, rows[i].options);
        ask(net, &server, "/", SMALL, &tally);
        turn_until(net, &tally, 1);
        assert_int_equal(tally.good, 1);
        ask(net, &server, rows[i].path, SMALL, &tally);
        turn_until(net, &tally, 2);
        assert_int_equal(tally.good, 1);
        ask(net, &server, "/stats", SMALL, &stats);
        turn_until(net, &stats, 1);
        told = json_loads(stats.text, 0, NULL);
        assert_int_equal(json_integer_value(json_object_get(told, "requests")), 2);
        json_decref(told);
        http_client_free(&net);
        server_stop(&server);
    }
}

/* ---- servers that do not get as far as HTTP ---- */

static void close_at_once(int fd)
{
    close(fd);
    _exit(0);
}

static void say_nothing(int fd)
{
    char some[4096];

    while (recv(fd, some, sizeof some, 0) > 0)
        ;
    _exit(0);
}

/* Those that wait for a connection to share try each its own when there is none, not one after the other. */
static void calls_that_get_no_connection_fail_together(void **state)
{
    static void (*const serve[])(int fd) = {close_at_once, say_nothing};
    enum { CALLS = 6, GIVE_UP_MS = 25000 };

    (void)state;
    for (size_t i = 0; i < sizeof serve / sizeof *serve; i++) {
        struct http_client *net = http_client_new(CALLS);
        struct tally tally = {.done = 0};
        int64_t begun = clock_monotonic_ms();
        struct server server;

        speaker_start(&server, serve[i]);
        memmove(server.url + 5, server.url + 4, strlen(server.url + 4) + 1); /* https */
        server.url[4] = 's';
        for (int call = 0; call < CALLS; call++)
            ask(net, &server, "/", SMALL, &tally);
        turn_until(net, &tally, CALLS);
        assert_int_equal(tally.good, 0);
        assert_in_range(clock_monotonic_ms() - begun, 0, GIVE_UP_MS);
        http_client_free(&net);
        server_stop(&server);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_that_the_server_has_whole_is_not_sent_again),
        cmocka_unit_test(nor_is_it_over_tls),
        cmocka_unit_test(calls_that_get_no_connection_fail_together),
    };

    return cmocka_run_group_tests(tests, prepare, clean_up);
}

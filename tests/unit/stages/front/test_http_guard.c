/* test_http_guard - what may go on from a client to the HTTP library */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/front/http_guard.h"

#define EACH(row) for (size_t row = 0; row < sizeof rows / sizeof *rows; row++)

#define LINE    "GET / HTTP/1.1\r\n"
#define HEAD    LINE "Host: a\r\n"
#define CHUNKED HEAD "Transfer-Encoding: chunked\r\n\r\n"

/* Feeds it in such pieces, each in a buffer that has room for a held head before it, and returns how many
 * bytes went on. */
static size_t feed(struct http_guard *guard, const char *bytes, size_t size, size_t piece, char *out)
{
    static char buffer[MAX_HEAD + 512];
    size_t passed = 0;

    for (size_t at = 0; at < size; at += piece) {
        size_t here = size - at < piece ? size - at : piece, given;
        char *begin;

        memcpy(buffer + MAX_HEAD, bytes + at, here);
        given = http_guard_take(guard, buffer + MAX_HEAD, here, &begin);
        assert_true(begin >= buffer && begin + given <= buffer + MAX_HEAD + here);
        memcpy(out + passed, begin, given);
        passed += given;
    }
    return passed;
}

/* What comes in on a connection, in pieces of every size: heads and trailers go on as a whole or not at all.
 */
static void guards_let_through_what_is_well_formed(void **state)
{
    static const struct {
        const char *name, *goes, *stays; /* what comes is both */
        unsigned long heads, whole;
        unsigned status; /* 0: still open */
    } rows[] = {
        {"a request", HEAD "\r\n", "", 1, 1, 0},
        {"half a head", "", HEAD, 0, 0, 0},
        {"half a line", "", "GET / HTTP/", 0, 0, 0},
        {"two requests and an empty line between", HEAD "\r\n\r\n" HEAD "\r\n", "", 2, 2, 0},
        {"the next request has begun", HEAD "\r\n", HEAD "\r", 1, 1, 0},
        {"half a body", HEAD "Content-Length: 3\r\n\r\nab", "", 1, 0, 0},
        {"a body and the next request", HEAD "Content-Length: 3\r\n\r\nabc" HEAD "\r\n", "", 2, 2, 0},
        {"chunks", CHUNKED "1\r\na\r\nB;c=d\r\n01234567890\r\n00\r\n\r\n" HEAD "\r\n", "", 2, 2, 0},
        {"a trailer that goes on", CHUNKED "0\r\n", "X: a\r\n", 1, 0, 0},
        {"a trailer", CHUNKED "0\r\nX: a\r\n\r\n", "", 1, 1, 0},
        {"a trailer ended by LF", CHUNKED "0\r\n", "X: a\n", 1, 0, 400},
        {"a size ended by LF", CHUNKED "1", "\n", 1, 0, 400},
        {"a size ended by CR alone", CHUNKED "1\r", "a", 1, 0, 400},
        {"data that goes on", CHUNKED "1\r\na", "b", 1, 0, 400},
        {"data ended by LF", CHUNKED "1\r\na", "\n", 1, 0, 400},
        {"a size of 16 digits", CHUNKED "000000000000000", "1", 1, 0, 400},
        {"no size", CHUNKED, "\r\n", 1, 0, 400},
        {"a control in an extension", CHUNKED "1;", "\001", 1, 0, 400},
        {"a line ended by LF", "", HEAD "X: a\n", 0, 0, 400},
        {"a folded line", "", HEAD "X: a\r\n b\r\n", 0, 0, 400},
        {"a blank before the colon", "", HEAD "X : a\r\n", 0, 0, 400},
        {"no colon", "", HEAD "X\r\n", 0, 0, 400},
        {"two hosts", "", HEAD "Host: b\r\n\r\n", 0, 0, 400},
        {"two empty lines", "\r\n", "\r\n", 0, 0, 400},
        {"two blanks", "", "GET  / HTTP/1.1\r\n", 0, 0, 400},
        {"no target", "", "GET HTTP/1.1\r\n", 0, 0, 400},
        {"no method", "", " / HTTP/1.1\r\n", 0, 0, 400},
        {"another version", "", "GET / HTTP/3.0\r\n", 0, 0, 505},
        {"the request behind is bad", HEAD "\r\n", "\001\r\n", 1, 1, 400},
    };

    (void)state;
    EACH(i) for (size_t piece = 1; piece < 200; piece++)
    {
        struct http_guard *guard = http_guard_new();
        size_t goes = strlen(rows[i].goes), passed;
        unsigned status = 0;
        char bytes[512], out[512];

        assert_in_range(snprintf(bytes, sizeof bytes, "%s%s", rows[i].goes, rows[i].stays), 1, 511);
        passed = feed(guard, bytes, strlen(bytes), piece, out);
        http_guard_error(guard, &status);
        if (http_guard_heads(guard) != rows[i].heads || http_guard_whole(guard) != rows[i].whole ||
            status != rows[i].status)
            fail_msg("%s, in pieces of %zu: %lu heads, %lu whole, %u", rows[i].name, piece,
                     http_guard_heads(guard), http_guard_whole(guard), status);
        if (memcmp(out, bytes, passed) != 0 || passed > goes || (status == 0 && passed < goes))
            fail_msg("%s, in pieces of %zu: %zu bytes go on, not %zu", rows[i].name, piece, passed, goes);
        http_guard_free(&guard);
    }
}

static void guards_are_bounded(void **state)
{
    static struct {
        char begin[128], more[16];
        unsigned status;
    } rows[] = {
        {"GET /", "a", 414}, {HEAD "X: ", "a", 431}, {HEAD, "X: a\r\n", 431}, {CHUNKED "1;", "a", 400}};
    unsigned status = 0;

    (void)state;
    EACH(i)
    {
        struct http_guard *guard = http_guard_new();
        size_t taken = strlen(rows[i].begin), more = strlen(rows[i].more);
        char out[512];

        feed(guard, rows[i].begin, taken, taken, out);
        for (; http_guard_error(guard, &status) == NULL && taken < 100000; taken += more)
            feed(guard, rows[i].more, more, more, out);
        assert_int_equal(status, rows[i].status);
        assert_in_range(taken, 1, MAX_HEAD + more);
        assert_int_equal(feed(guard, rows[i].more, 1, 1, out), 0);
        http_guard_free(&guard);
    }
}

static void guards_know_who_is_late(void **state)
{
    static struct {
        char text[192];
        bool late; /* in the middle of a request */
    } rows[] = {{"", false},
                {"G", true},
                {"\r\n", true},
                {HEAD, true},
                {HEAD "\r\n", false},
                {HEAD "\r\nGET /", true},
                {HEAD "Content-Length: 3\r\n\r\nab", true},
                {HEAD "Content-Length: 3\r\n\r\nabc", false},
                {CHUNKED "3\r\nab", true},
                {CHUNKED "0\r\n", true},
                {CHUNKED "0\r\n\r\n", false},
                {"nonsense\r\n", false}}; /* refused already */
    (void)state;

    EACH(i)
    {
        struct http_guard *guard = http_guard_new();
        unsigned status = 0;
        char out[512];

        feed(guard, rows[i].text, strlen(rows[i].text), sizeof out, out);
        assert_int_equal(http_guard_has_begun(guard),
                         rows[i].late || http_guard_error(guard, &status) != NULL);
        assert_int_equal(http_guard_expire(guard), rows[i].late);
        if (rows[i].late) {
            assert_int_equal(http_guard_error(guard, &status)->code, CODE_REQUEST_TIMEOUT);
            assert_int_equal(status, 408);
            assert_false(http_guard_expire(guard));
        }
        http_guard_free(&guard);
    }
}

static void cookies_are_covered(void **state)
{
    static const char asked[] = HEAD "COOKIE: =;;=\"\r\nCookies: a\r\nX: Cookie: a\r\ncookie:b\r\n\r\n";
    static const char passed[] = HEAD "COOKIE:xxxxxx\r\nCookies: a\r\nX: Cookie: a\r\ncookie:x\r\n\r\n";

    (void)state;
    for (size_t piece = 1; piece < sizeof asked; piece++) {
        struct http_guard *guard = http_guard_new();
        char bytes[sizeof asked] = "";

        assert_int_equal(feed(guard, asked, sizeof asked - 1, piece, bytes), sizeof passed - 1);
        assert_int_equal(http_guard_whole(guard), 1);
        assert_string_equal(bytes, passed);
        http_guard_free(&guard);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guards_let_through_what_is_well_formed),
        cmocka_unit_test(guards_are_bounded),
        cmocka_unit_test(guards_know_who_is_late),
        cmocka_unit_test(cookies_are_covered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

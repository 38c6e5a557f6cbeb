/* test_http_framing - the headers of a request, and the form of a chunked body */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/front/http_framing.h"

#define EACH(row) for (size_t row = 0; row < sizeof rows / sizeof *rows; row++)

/* Lines "Name:value" joined by LF. */
static const char *check_lines(const char *text, bool http11, struct framing *framing)
{
    struct header headers[8];
    size_t count = 0;

    for (const char *line = text; *line != '\0'; line += strcspn(line, "\n"), line += *line == '\n') {
        size_t name = strcspn(line, ":"), all = strcspn(line, "\n");

        headers[count++] = (struct header){line, line + name + 1, name, all - name - 1};
    }
    return headers_check(headers, count, http11, framing);
}

static void heads_are_checked(void **state)
{
    static const struct {
        const char *name, *lines;
        bool http11, good;
    } rows[] = {
        {"a host with a port", "Host:a.example:80", true, true},
        {"an IPv6 host", "Host:[::1]:80", true, true},
        {"no host in 1.1", "X:a", true, false},
        {"no host in 1.0", "X:a", false, true},
        {"two hosts", "Host:a\nhost:a", true, false},
        {"a host with user and path", "Host:a@b/c", true, false},
        {"a port without a host", "Host::80", true, false},
        {"a length", "Host:a\nContent-Length:12", true, true},
        {"two lengths", "Host:a\nContent-Length:1\nContent-Length:1", true, false},
        {"a list of lengths", "Host:a\nContent-Length:1,1", true, false},
        {"a signed length", "Host:a\nContent-Length:+1", true, false},
        {"an empty length", "Host:a\nContent-Length:", true, false},
        {"a length of 2^63", "Host:a\nContent-Length:9223372036854775808", true, false},
        {"chunked", "Host:a\nTransfer-Encoding:Chunked", true, true},
        {"chunked in 1.0", "Host:a\nTransfer-Encoding:chunked", false, false},
        {"another coding", "Host:a\nTransfer-Encoding:gzip", true, false},
        {"both framings", "Host:a\nTransfer-Encoding:chunked\nContent-Length:1", true, false},
        {"a blank before the colon", "Host:a\nX :b", true, false},
        {"an empty name", "Host:a\n:b", true, false},
        {"a control in a value", "Host:a\nX:a\001", true, false},
        {"a tab in a value", "Host:a\nX:a\tb", true, true},
        {"an expectation nobody knows", "Host:a\nExpect:tea", true, false},
    };
    struct framing framing;

    (void)state;
    EACH(i)
    if ((check_lines(rows[i].lines, rows[i].http11, &framing) == NULL) != rows[i].good)
        fail_msg("%s", rows[i].name);
}

/* Feeds the bytes in such pieces. Returns how many belong to the chunks, -1: they are malformed. */
static long feed_chunks(struct chunks *chunks, const char *bytes, size_t size, size_t piece)
{
    size_t at = 0;

    while (at < size) {
        size_t here = size - at < piece ? size - at : piece;
        long taken = chunks_take(chunks, bytes + at, here);

        if (taken < 0)
            return -1;
        at += (size_t)taken;
        if ((size_t)taken < here)
            break;
    }
    return (long)at;
}

static void chunks_are_read(void **state)
{
    static const struct {
        const char *name, *bytes;
        long taken;
        bool ended;
    } rows[] = {
        {"nothing", "", 0, false},
        {"the last chunk alone", "0\r\n", 3, true},
        {"a trailer is not the chunks'", "0\r\nX: a\r\n\r\n", 3, true},
        {"one chunk", "5\r\nhello\r\n0\r\n\r\n", 13, true},
        {"data that looks like a chunk", "3\r\n0\r\n\r\n0\r\n", 11, true},
        {"small and capital digits", "a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n", 33, true},
        {"zeros before a size", "0001\r\na\r\n000\r\n", 14, true},
        {"an extension", "1;a=\"b\"\r\nx\r\n0;c\r\n", 17, true},
        {"half a chunk", "5\r\nhe", 5, false},
        {"a size in the making", "1", 1, false},
        {"no size", "\r\n", -1, false},
        {"no digit", "g\r\n", -1, false},
        {"a sign", "+1\r\na\r\n", -1, false},
        {"a negative size", "-1\r\n", -1, false},
        {"a prefix", "0x1\r\na\r\n", -1, false},
        {"a blank before the size", " 1\r\na\r\n", -1, false},
        {"a blank behind the size", "1 \r\na\r\n", -1, false},
        {"LF alone behind the size", "1\na\r\n", -1, false},
        {"CR alone behind the size", "1\ra", -1, false},
        {"LF alone behind the data", "1\r\na\n", -1, false},
        {"more data than was said", "1\r\nab\r\n", -1, false},
        {"less data than was said", "3\r\na\r\n0\r\n", -1, false},
        {"fifteen digits", "000000000000001\r\na\r\n0\r\n", 23, true},
        {"sixteen digits", "0000000000000001\r\na\r\n0\r\n", -1, false},
        {"a size beyond 64 bits", "ffffffffffffffffff\r\n", -1, false},
        {"a control in an extension", "1;a\001\r\na\r\n", -1, false},
        {"DEL in an extension", "1;\177\r\na\r\n", -1, false},
    };

    (void)state;
    EACH(i) for (size_t piece = 1; piece < 64; piece++)
    {
        struct chunks chunks = {.left = 0};
        long taken = feed_chunks(&chunks, rows[i].bytes, strlen(rows[i].bytes), piece);

        if (taken != rows[i].taken || (chunks.phase == CHUNKS_ENDED) != rows[i].ended)
            fail_msg("%s, in pieces of %zu: %ld", rows[i].name, piece, taken);
    }
}

/* What a size promises is not made room for; what a line holds is bounded. */
static void hostile_chunks_are_bounded(void **state)
{
    struct chunks chunks = {.left = 0};
    static char line[512];

    (void)state;
    assert_int_equal(feed_chunks(&chunks, "fffffffffffffff\r\nabc", 20, 64), 20);
    assert_true(chunks.left == 0xfffffffffffffffULL - 3);
    assert_int_equal(feed_chunks(&chunks, "\0\r\n\xff", 4, 1), 4); /* data, whatever it is */
    chunks = (struct chunks){.left = 0};
    memset(line, 'x', sizeof line);
    assert_int_equal(feed_chunks(&chunks, "1;", 2, 2), 2);
    assert_int_equal(feed_chunks(&chunks, line, 254, 254), 254);
    assert_int_equal(feed_chunks(&chunks, line, 1, 1), -1);
    chunks = (struct chunks){.left = 0};
    assert_int_equal(feed_chunks(&chunks, "1;\0", 3, 3), -1);
}

static void header_lines_are_taken_apart(void **state)
{
    static const struct {
        const char *line, *name, *value; /* name NULL: it is none */
    } rows[] = {{"Host: a", "Host", "a"},
                {"X:", "X", ""},
                {"X: \t a b ", "X", "a b "},
                {"X:a:b", "X", "a:b"},
                {"!#$%&'*+-.^_`|~9: a", "!#$%&'*+-.^_`|~9", "a"},
                {"X : a", NULL, NULL},
                {" X: a", NULL, NULL},
                {":a", NULL, NULL},
                {"X", NULL, NULL},
                {"", NULL, NULL},
                {"X\xc3\xa9: a", NULL, NULL},
                {"X(y): a", NULL, NULL},
                {"X\ty: a", NULL, NULL}};
    struct header header;

    (void)state;
    EACH(i)
    {
        bool good = header_split(rows[i].line, strlen(rows[i].line), &header);

        if (good != (rows[i].name != NULL))
            fail_msg("%s", rows[i].line);
        if (!good)
            continue;
        assert_int_equal(header.name_size, strlen(rows[i].name));
        assert_memory_equal(header.name, rows[i].name, header.name_size);
        assert_int_equal(header.value_size, strlen(rows[i].value));
        assert_memory_equal(header.value, rows[i].value, header.value_size);
    }
    assert_false(header_split("X\0: a", 5, &header));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads_are_checked),
        cmocka_unit_test(header_lines_are_taken_apart),
        cmocka_unit_test(chunks_are_read),
        cmocka_unit_test(hostile_chunks_are_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

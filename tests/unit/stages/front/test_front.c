/* test_front - the pure parts of front: names, heads, targets, routes, jobs, forms, keys, waiting requests */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/front/cors.h"
#include "stages/front/headers.h"
#include "stages/front/http_guard.h"
#include "stages/front/job_request.h"
#include "stages/front/job_language.h"
#include "stages/front/multipart.h"
#include "stages/front/key_rate.h"
#include "stages/front/path_key.h"
#include "stages/front/problem.h"
#include "stages/front/route.h"
#include "stages/front/pending_requests.h"

#define EACH(row) for (size_t row = 0; row < sizeof rows / sizeof *rows; row++)

static void names_are_checked(void **state)
{
    static const struct {
        const char *name;
        const char *(*check)(const char *, size_t);
        const char *text;
        bool good;
    } rows[] = {
        {"an id of letters, digits and the three marks", job_error, "a.B-9_z", true},
        {"an id may not be empty", job_error, "", false},
        {"an id may not begin with a dot", job_error, ".a", false},
        {"an id may not climb", job_error, "a..b", false},
        {"an id may not have a slash", job_error, "a/b", false},
        {"an id is ASCII", job_error, "é", false},
        {"an id has no letters that look like dots", job_error, "a\uff0e\uff0eb", false},
        {"an id has no letters that look like a slash", job_error, "a\u2215b", false},
        {"an id may not climb by a backslash", job_error, "a..\\b", false},
        {"an id has no backslash", job_error, "a\\b", false},
        {"an id is not absolute", job_error, "/a", false},
        {"an id has no escapes", job_error, "a%2e%2e%2fb", false},
        {"an id has no line end", job_error, "a\n", false},
        {"an id has no blank", job_error, "a b", false},
        {"an id has no query", job_error, "a?b", false},
        {"a bucket takes any path", key_error, "//a/./b/\t\n/", true},
        {"a bucket takes UTF-8", key_error, "a\xff", false},
        {"a bucket takes no nothing", key_error, "", false},
        {"a key may have blanks, brackets and accents", path_error, "up loads/a+b (é) @1.pdf", true},
        {"a key may have dots within a component", path_error, "a..b/...", true},
        {"a key is not absolute", path_error, "/a", false},
        {"a key has no empty component", path_error, "a//b", false},
        {"a key does not end with a slash", path_error, "a/", false},
        {"a key has no . component", path_error, "a/./b", false},
        {"a key has no .. component", path_error, "a/..", false},
        {"a key has no control", path_error, "a\nb", false},
        {"a key has no C1 control", path_error, "a\xc2\x85", false},
        {"a key is UTF-8", path_error, "a\xff", false},
        {"a key does not climb", path_error, "../a", false},
        {"a key does not climb at its end", path_error, "a/b/..", false},
        {"a key is not .", path_error, ".", false},
        {"a key has no overlong dot", path_error, "\xc0\xae\xc0\xae/a", false},
        {"a key has no lone surrogate", path_error, "\xed\xa0\x80", false},
        {"an escape in a key is three letters", path_error, "%2e%2e/a", true},
        {"a backslash in a key is a letter", path_error, "..\\a", true},
        {"an address may be empty", email_error, "", true},
        {"an address has no line end", email_error, "a@b\r\nBcc: c", false},
    };

    (void)state;
    EACH(i)
    if ((rows[i].check(rows[i].text, strlen(rows[i].text)) == NULL) != rows[i].good)
        fail_msg("%s", rows[i].name);
    assert_non_null(job_error("a\0b", 3));
    assert_non_null(key_error("a\0b", 3));
    assert_non_null(path_error("../a\0b", 6));
}

static void file_names_lose_their_folders(void **state)
{
    static const char *const rows[][2] = {
        {"a.pdf", "a.pdf"}, {"C:\\x\\a.pdf", "a.pdf"},       {"../../a", "a"}, {"a\tb", "ab"}, {"\xff", ""},
        {"dir/", ""},       {"\xc3\xa9.pdf", "\xc3\xa9.pdf"}};
    char name[MAX_FILENAME + 1];

    (void)state;
    EACH(i)
    {
        filename_clean(name, rows[i][0], strlen(rows[i][0]));
        assert_string_equal(name, rows[i][1]);
    }
}

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

static void targets_lead_to_routes(void **state)
{
    static const struct {
        const char *target;
        int route; /* -2: refused */
    } rows[] = {{"/process", ROUTE_PROCESS},
                {"/estimate", ROUTE_ESTIMATE},
                {"/jobs?cursor=a", ROUTE_JOBS},
                {"/jobs/a", ROUTE_JOB},
                {"/jobs/a/b", -1},
                {"/jobs/a/callback", ROUTE_CALLBACK},
                {"/jobs/callback", ROUTE_JOB},
                {"/jobs//callback", -1},
                {"/jobs/a/b/callback", -1},
                {"/jobs/a/callback/", -1},
                {"/jobs/", -1},
                {"http://h/health", ROUTE_HEALTH},
                {"http://h", -1},
                {"http:///health", -2},
                {"/files/a/b", ROUTE_FILE},
                {"/", -1},
                {"*", -2},
                {"a:80", -2},
                {"/a b", -2},
                {"/%4", -2},
                {"/%zz", -2},
                {"/a#b", -2},
                {"/\x80", -2},
                {"/Health", -1},
                {"/healthz", -1}};
    struct target target;
    const char *tail;
    size_t size;

    (void)state;
    EACH(i)
    {
        int route = target_check(rows[i].target, &target) != NULL
                        ? -2
                        : route_find(target.path, target.path_size, &tail, &size);

        if (route != rows[i].route)
            fail_msg("%s leads to %d", rows[i].target, route);
    }
    assert_true(route_allows(ROUTE_JOB, "HEAD") && route_allows(ROUTE_JOB, "GET") &&
                !route_allows(ROUTE_JOB, "POST"));
    assert_false(route_allows(ROUTE_JOB, "EAD") || route_allows(ROUTE_JOB, "GE") ||
                 route_allows(ROUTE_JOB, ""));
}

static void keys_stand_in_paths(void **state)
{
    static const struct {
        const char *text, *header, *path; /* header NULL: the path has no key */
    } rows[] = {
        {"/process", NULL, "/process"},
        {"//process", NULL, "/process"},
        {"///jobs/a//b", NULL, "/jobs/a//b"},
        {"/", NULL, "/"},
        {"//", NULL, "/"},
        {"/k", NULL, "/k"},
        {"/kk/a", NULL, "/kk/a"},
        {"/jobs/k/a", NULL, "/jobs/k/a"},
        {"/k/KEY/process", "Bearer KEY", "/process"},
        {"/k/KEY//process?a=/k/b", "Bearer KEY", "/process"},
        {"//k/KEY///jobs/a", "Bearer KEY", "/jobs/a"},
        {"http://host/k/KEY/jobs", "Bearer KEY", "/jobs"},
        {"/k/a%2Fb+c%3d/process", "Bearer a/b+c=", "/process"},
        {"/k/KEY%00x/process", "Bearer ", "/process"},
        {"/k/KEY", "Bearer KEY", ""},
        {"/k/", "Bearer ", ""},
        {"/k//process", "Bearer ", "/process"},
        {"/k/KEY/k/KEY/process", "Bearer KEY", "/k/KEY/process"},
    };
    (void)state;

    EACH(row)
    {
        struct target target;
        struct path_key key;
        char *header;

        assert_null(target_check(rows[row].text, &target));
        assert_int_equal(path_key_find(&target, &key), rows[row].header != NULL);
        assert_int_equal(target.path_size, strlen(rows[row].path));
        assert_memory_equal(target.path, rows[row].path, target.path_size);
        if (rows[row].header == NULL)
            continue;
        header = path_key_header(&key);
        assert_string_equal(header, rows[row].header);
        path_key_free(&header);
        assert_null(header);
    }
}

static void queries_are_found(void **state)
{
    struct target target;
    char value[8];

    (void)state;
    assert_null(target_check("/jobs?xa=0&a=%41b&b=&long=123456789&a=2", &target));
    assert_int_equal(query_find(&target, "a", value, sizeof value), 2);
    assert_string_equal(value, "Ab");
    assert_int_equal(query_find(&target, "b", value, sizeof value), 0);
    assert_int_equal(query_find(&target, "long", value, sizeof value), -2);
    assert_int_equal(query_find(&target, "none", value, sizeof value), -1);
}

#define GOOD "\"jobId\":\"j\",\"s3Key\":\"k\",\"email\":\"\",\"language\":\"English\""

static void jobs_are_checked(void **state)
{
    static const struct {
        const char *name, *body;
        int code; /* -1: good */
    } rows[] = {
        {"all four", "{" GOOD "}", -1},
        {"what nobody knows is ignored", "{" GOOD ",\"x\":[1]}", -1},
        {"null where a field is not taken", "{" GOOD ",\"pages\":null}", -1},
        {"a password", "{" GOOD ",\"password\":\"\u1100\u00e4\"}", -1},
        {"no password", "{" GOOD ",\"password\":null}", -1},
        {"a password of controls", "{" GOOD ",\"password\":\"a\\nb\"}", CODE_INVALID_VALUE},
        {"a password of digits", "{" GOOD ",\"password\":1234}", CODE_WRONG_TYPE},
        {"nothing", "", CODE_BAD_JSON},
        {"not an object", "[]", CODE_BAD_JSON},
        {"bytes behind the object", "{" GOOD "}x", CODE_BAD_JSON},
        {"a name twice", "{" GOOD ",\"jobId\":\"i\"}", CODE_BAD_JSON},
        {"a NUL", "{\"jobId\":\"\\u0000\"}", CODE_INVALID_VALUE},
        {"a lone surrogate", "{\"jobId\":\"\\ud800\"}", CODE_BAD_JSON},
        {"a field absent", "{\"jobId\":\"j\"}", CODE_MISSING_FIELD},
        {"null for a field", "{\"jobId\":null}", CODE_WRONG_TYPE},
        {"a number for text", "{\"jobId\":1}", CODE_WRONG_TYPE},
        {"an id with a slash", "{\"jobId\":\"a/b\"}", CODE_INVALID_VALUE},
        {"a field of other services", "{" GOOD ",\"pages\":\"1\"}", CODE_UNSUPPORTED_FIELD},
        {"a callback of one's own", "{" GOOD ",\"callbackUrl\":\"http://10.0.0.1/\"}",
         CODE_UNSUPPORTED_FIELD},
        {"metadata", "{" GOOD ",\"metadata\":{\"course\":\"\u00fc\",\"a-b_9\":\"\"}}", -1},
        {"metadata of nothing", "{" GOOD ",\"metadata\":{}}", -1},
        {"metadata that is a list", "{" GOOD ",\"metadata\":[]}", CODE_WRONG_TYPE},
        {"metadata with a number", "{" GOOD ",\"metadata\":{\"week\":3}}", CODE_WRONG_TYPE},
        {"metadata with levels", "{" GOOD ",\"metadata\":{\"a\":{}}}", CODE_WRONG_TYPE},
        {"metadata with a blank in a name", "{" GOOD ",\"metadata\":{\"a b\":\"\"}}", CODE_INVALID_VALUE},
        {"metadata with a line break", "{" GOOD ",\"metadata\":{\"a\":\"\\n\"}}", CODE_INVALID_VALUE},
        {"outputs that are always made", "{" GOOD ",\"outputs\":[\"summary\",\"docx\",\"apkg\"]}", -1},
        {"an output nobody knows", "{" GOOD ",\"outputs\":[\"pptx\"]}", CODE_INVALID_VALUE},
        {"outputs that are no list", "{" GOOD ",\"outputs\":\"docx\"}", CODE_WRONG_TYPE},
        {"a previous run", "{" GOOD ",\"previous\":\"j-0\"}", -1},
        {"a previous run that climbs", "{" GOOD ",\"previous\":\"../j-0\"}", CODE_INVALID_VALUE},
    };
    struct job_request job_request;
    struct request_error error;

    (void)state;
    EACH(i)
    {
        int rc = job_request_json(&job_request, rows[i].body, strlen(rows[i].body), false, &error);
        int code = rc == -1 ? (int)error.code : job_request.faulty ? (int)job_request.error.code : -1;
        bool has_id = code != CODE_BAD_JSON && strstr(rows[i].body, "\"jobId\":\"j\"") != NULL;

        if (code != rows[i].code || (rc == -1) != (code != -1 && !has_id)) /* with an id it is not refused */
            fail_msg("%s", rows[i].name);
    }
}

static void languages_are_understood_or_left(void **state)
{
    static const struct {
        const char *json, *language;
        bool remarked;
    } rows[] = {
        {"\"Spanish\"", "Spanish", false},
        {"\"es-MX\"", "es-MX", false},
        {"\"  espa\u00f1ol\\n\"", "espa\u00f1ol", false},
        {"\"ES\"", "ES", false},
        {"null", "", false},
        {"\"\"", "", false},
        {"\"   \"", "", false},
        {"[\"French\", \"x\"]", "French", false},
        {"[]", "", false},
        {"\"\\u0000\\u0007\"", "", true},
        {"\"Spa\\u0000nish\"", "Spa nish", true},
        {"5", "", true},
        {"true", "", true},
        {"{\"a\":1}", "", true},
        {"\"undefined\"", "", true},
        {"\"[object Object]\"", "", true},
        {"\"12\"", "", true},
        {"\"Klingon\"", "Klingon", true},
        {"\"please write everything in German so that my grandmother can read it, too, thanks\"", "de-DE",
         true},
        {"\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", "",
         true},
    };
    (void)state;

    EACH(i)
    {
        char language[MAX_LANGUAGE + 1], remark[REMARK_ROOM];
        json_t *value = json_loads(rows[i].json, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);

        assert_non_null(value);
        job_language_read(value, language, remark);
        if (strcmp(language, rows[i].language) != 0 || (*remark != '\0') != rows[i].remarked)
            fail_msg("%s: '%s' (%s)", rows[i].json, language, remark);
        json_decref(value);
    }
}

static void digests_tell_requests_apart(void **state)
{
    struct job_request one = {.job = "a", .key = "k", .email = "ab", .language = "c"};
    struct job_request other = {.job = "b", .key = "k", .email = "a", .language = "bc"};
    char a[DIGEST_HEX + 1], b[DIGEST_HEX + 1];

    (void)state;
    job_request_digest(&one, NULL, a);
    job_request_digest(&other, NULL, b);
    assert_string_not_equal(a, b);
    strcpy(other.email, "ab");
    strcpy(other.language, "c");
    job_request_digest(&other, NULL, b);
    assert_string_equal(a, b); /* the id is not part of it */
    request_options_none(&one.options);
    request_options_none(&other.options);
    snprintf(one.options.instructions, sizeof one.options.instructions, "3 prev {\"a\":\"b\"}\nshort");
    other.options.outputs = 3; /* as text the two were alike */
    snprintf(other.options.previous, sizeof other.options.previous, "%s", "prev");
    snprintf(other.options.metadata, sizeof other.options.metadata, "%s", "{\"a\":\"b\"}");
    snprintf(other.options.instructions, sizeof other.options.instructions, "%s", "short");
    job_request_digest(&one, NULL, a);
    job_request_digest(&other, NULL, b);
    assert_string_not_equal(a, b);
    request_options_none(&one.options);
    request_options_none(&other.options);
    job_request_digest(&one, NULL, a);
    snprintf(other.options.password, sizeof other.options.password, "not to be found in it");
    job_request_digest(&other, NULL, b);
    assert_string_equal(a, b); /* its share is the supervisor's to add */
    job_request_digest(&one, (const unsigned char *)"01234567890123456789012345678901", b);
    assert_string_not_equal(a, b);
}

static void metadata_is_bounded(void **state)
{
    char body[32768], value[801] = "", *at;
    struct job_request job_request;
    struct request_error error;

    (void)state;
    for (int i = 0; i < 200; i++)
        strcat(value, "\U0001f600");
    for (int members = 16; members <= 17; members++) {
        at = body + sprintf(body, "{" GOOD ",\"metadata\":{");
        for (int i = 0; i < members; i++)
            at += sprintf(at, "%s\"a123456789012345678901234567890123456_%02d\":\"%s\"", i > 0 ? "," : "", i,
                          value);
        strcpy(at, "}}");
        assert_int_equal(job_request_json(&job_request, body, strlen(body), false, &error), 0);
        assert_int_equal(job_request.faulty, members == 17);
    }
    sprintf(body, "{" GOOD ",\"metadata\":{\"a\":\"%s.\"}}", value);
    assert_int_equal(job_request_json(&job_request, body, strlen(body), false, &error), 0);
    assert_true(job_request.faulty);
}

static void parts_of_a_form_are_wishes(void **state)
{
    struct job_request job_request = {.job = ""};
    struct request_error error;

    (void)state;
    assert_int_equal(job_request_field(&job_request, "metadata", "{\"b\": \"1\", \"a\": \"2\"}", 20, &error),
                     0);
    assert_string_equal(job_request.options.metadata, "{\"b\":\"1\",\"a\":\"2\"}");
    assert_int_equal(job_request_field(&job_request, "outputs", "docx,apkg", 9, &error), 0);
    assert_int_equal(job_request.options.outputs, 0);
    assert_int_equal(job_request_field(&job_request, "outputs", "docx, apkg", 10, &error), -1);
    assert_int_equal(job_request_field(&job_request, "previous", "j-0", 3, &error), 0);
    assert_string_equal(job_request.options.previous, "j-0");
    assert_int_equal(job_request_field(&job_request, "password", "gr\u00fc\u00df", 6, &error), 0);
    assert_string_equal(job_request.options.password, "gr\u00fc\u00df");
}

/* ---- forms: the sink writes what it is told into a line ---- */

static char told[4096];

static int on_part(void *arg, const char *name, const char *filename, size_t size,
                   struct request_error *error)
{
    (void)arg, (void)size, (void)error;
    sprintf(told + strlen(told), "[%s%s%s|", name, filename == NULL ? "" : "=",
            filename == NULL ? "" : filename);
    return 0;
}

static int on_data(void *arg, const char *data, size_t size, struct request_error *error)
{
    (void)arg, (void)error;
    strncat(told, data, size);
    return 0;
}

static int on_end(void *arg, struct request_error *error)
{
    (void)arg, (void)error;
    strcat(told, "]");
    return 0;
}

static const struct multipart_sink sink = {on_part, on_data, on_end};

static int read_form(const char *body, size_t piece)
{
    struct multipart reader;
    struct request_error error;
    size_t size = strlen(body);

    told[0] = '\0';
    multipart_start(&reader, "b", &sink, NULL);
    for (size_t at = 0; at < size; at += piece)
        if (multipart_feed(&reader, body + at, size - at < piece ? size - at : piece, &error) == -1)
            return -1;
    return multipart_finish(&reader, &error);
}

#define CD "Content-Disposition: form-data; name="

static void forms_are_read(void **state)
{
    static const struct {
        const char *name, *body, *told; /* NULL: refused */
    } rows[] = {
        {"one field", "--b\r\n" CD "\"x\"\r\n\r\nv\r\n--b--\r\n", "[x|v]"},
        {"no line end at the end", "--b\r\n" CD "x\r\n\r\n\r\n--b--", "[x|]"},
        {"a file", "--b\r\n" CD "\"f\"; filename=\"a \\\"b\\\".pdf\"\r\nContent-Type: a/b\r\n\r\nv\r\n--b--",
         "[f=a \"b\".pdf|v]"},
        {"an extended file name", "--b\r\n" CD "f; filename*=utf-8''%e2%82%ac%20a.pdf\r\n\r\nv\r\n--b--",
         "[f=\xe2\x82\xac a.pdf|v]"},
        {"both file names",
         "--b\r\n" CD "f; filename=\"?.pdf\"; filename*=UTF-8'de'%C3%BC.pdf\r\n\r\n\r\n--b--",
         "[f=\xc3\xbc.pdf|]"},
        {"an extended name that is broken",
         "--b\r\n" CD "f; filename=a; filename*=UTF-8''%zz\r\n\r\n\r\n--b--", "[f=a|]"},
        {"an extended name of another charset",
         "--b\r\n" CD "f; filename=a; filename*=iso-8859-1''%fc\r\n\r\n\r\n--b--", "[f=a|]"},
        {"two extended names", "--b\r\n" CD "f; filename*=UTF-8''a; filename*=UTF-8''b\r\n\r\n\r\n--b--",
         NULL},
        {"two parts", "--b\r\n" CD "\"x\"\r\n\r\n1\r\n--b\r\n" CD "y\r\n\r\n2\r\n--b--", "[x|1][y|2]"},
        {"data like a boundary", "--b\r\n" CD "x\r\n\r\n\r\r\n\r\n-\r\n--c--b\r\n--b--",
         "[x|\r\r\n\r\n-\r\n--c--b]"},
        {"a preamble", "hi\r\n--b\r\n" CD "x\r\n\r\n\r\n--b--", NULL},
        {"bytes behind the end", "--b\r\n" CD "x\r\n\r\n\r\n--b--\r\nx", NULL},
        {"no end", "--b\r\n" CD "x\r\n\r\n\r\n--b", NULL},
        {"nothing", "", NULL},
        {"a boundary that goes on", "--b\r\n" CD "x\r\n\r\n\r\n--bc", NULL},
        {"a part without a name", "--b\r\nContent-Type: a/b\r\n\r\n\r\n--b--", NULL},
        {"a part without a head", "--b\r\n\r\n\r\n--b--", NULL},
        {"a name twice in one head", "--b\r\n" CD "x; name=y\r\n\r\n\r\n--b--", NULL},
        {"two dispositions", "--b\r\n" CD "x\r\n" CD "y\r\n\r\n\r\n--b--", NULL},
        {"a transfer encoding", "--b\r\n" CD "x\r\nContent-Transfer-Encoding: base64\r\n\r\n\r\n--b--", NULL},
        {"an open quote", "--b\r\n" CD "\"x\r\n\r\n\r\n--b--", NULL},
        {"another disposition", "--b\r\nContent-Disposition: attachment; name=x\r\n\r\n\r\n--b--", NULL},
    };

    (void)state;
    EACH(i) for (size_t piece = 1; piece < 200; piece++)
    {
        int rc = read_form(rows[i].body, piece);

        if ((rc == 0) != (rows[i].told != NULL) || (rc == 0 && strcmp(told, rows[i].told) != 0))
            fail_msg("%s, in pieces of %zu: %s", rows[i].name, piece, told);
    }
}

static void boundaries_are_checked(void **state)
{
    static const struct {
        const char *type;
        const char *boundary; /* NULL: refused */
    } rows[] = {{"multipart/form-data; boundary=abc", "abc"},
                {"Multipart/Form-Data;charset=utf-8; BOUNDARY=\"a b\"", "a b"},
                {"multipart/form-data", NULL},
                {"multipart/form-data; boundary=", NULL},
                {"multipart/form-data; boundary=\"a\r\"", NULL},
                {"multipart/form-datax; boundary=a", NULL},
                {"multipart/mixed; boundary=a", NULL},
                {"multipart/form-data; boundary=a; boundary=b", NULL},
                {"multipart/form-data; "
                 "boundary=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                 NULL}};
    char boundary[MAX_BOUNDARY + 1];

    (void)state;
    EACH(i)
    {
        int rc = multipart_boundary(rows[i].type, boundary);

        if ((rc == 0) != (rows[i].boundary != NULL) || (rc == 0 && strcmp(boundary, rows[i].boundary) != 0))
            fail_msg("%s", rows[i].type);
    }
}

static void origins_are_known(void **state)
{
    static const struct {
        const char *list;
        const char *origin, *answer;
    } rows[] = {
        {"", "https://a", NULL},
        {"https://a", "https://a", "https://a"},
        {"https://a", NULL, NULL},
        {"https://a", "", NULL},
        {"https://a", "null", NULL},
        {"https://a", "http://a", NULL},
        {"https://a", "https://a.b", NULL},
        {"https://a", "https://a:443", NULL},
        {"https://a.b", "https://a", NULL},
        {"https://a, http://localhost:3000", "http://localhost:3000", "http://localhost:3000"},
        {"*", "https://x", "*"},
    };
    static const char *const bad[] = {"https://a/",  "a.example", "https://", "https://u@a",
                                      "https://*.a", "https://A", "null",     "https://a, b"};

    (void)state;
    EACH(i)
    {
        const char *answer = cors_answer(rows[i].list, rows[i].origin);

        assert_null(cors_error(rows[i].list));
        if ((answer == NULL) != (rows[i].answer == NULL) ||
            (answer != NULL && strcmp(answer, rows[i].answer) != 0))
            fail_msg("%s of %s", rows[i].origin, rows[i].list);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_non_null(cors_error(bad[i]));
}

static void pages_of_the_same_origin_are_known(void **state)
{
    static const struct {
        const char *site, *origin, *host;
        bool same;
    } rows[] = {
        {"same-origin", "https://a.example", "inner:8080", true}, /* behind a proxy that changes Host */
        {"same-site", "https://b.a.example", "a.example", false},
        {"cross-site", "https://a.example", "a.example", false},
        {"cross-site", "null", "a.example", false},
        {NULL, "https://a.example", "A.example", true},
        {NULL, "http://127.0.0.1:8080", "127.0.0.1:8080", true},
        {NULL, "http://127.0.0.1:8080", "127.0.0.1:8081", false},
        {NULL, "https://evil.example", "a.example", false},
        {NULL, "null", "null", false},
        {NULL, "https://a.example", NULL, false},
    };

    (void)state;
    EACH(i)
    if (cors_is_same_origin(rows[i].site, rows[i].origin, rows[i].host) != rows[i].same)
        fail_msg("row %zu", i);
    assert_non_null(cors_error("https://a.example:443"));
    assert_non_null(cors_error("https://a.example, http://b.example:80"));
    assert_null(cors_error("https://a.example:80 http://a.example:443 http://localhost:8080"));
}

static void requests_keep_to_a_pace(void **state)
{
    struct key_rate *rate = key_rate_new(2, 3), *none = key_rate_new(1, 0);

    (void)state;
    for (int i = 0; i < 3; i++)
        assert_int_equal(key_rate_take(rate, 0, 1000), 0); /* a minute's worth at once */
    assert_int_equal(key_rate_take(rate, 0, 1000), 20000);
    assert_int_equal(key_rate_take(rate, 0, 6000), 15000);
    assert_int_equal(key_rate_take(rate, 1, 1000), 0); /* another key */
    assert_int_equal(key_rate_take(rate, 0, 21000), 0);
    assert_int_equal(key_rate_take(rate, 0, 21000), 20000);
    for (int i = 0; i < 3; i++)
        assert_int_equal(key_rate_take(rate, 0, 600000), 0);
    assert_true(key_rate_take(rate, 0, 600000) > 0); /* no more than that is saved up */
    for (int i = 0; i < 10000; i++)
        assert_int_equal(key_rate_take(none, 0, 0), 0);
    key_rate_free(&rate);
    key_rate_free(&none);
}

static void requests_wait_in_order(void **state)
{
    struct pending_requests *pending = pending_requests_new(2);
    int a, b, c, d;
    uint64_t first = pending_requests_add(pending, &a, 10), second = pending_requests_add(pending, &b, 20);

    (void)state;
    assert_int_equal(pending_requests_add(pending, &a, 30), 0);
    assert_int_equal(pending_requests_next(pending), 10);
    assert_null(pending_requests_expired(pending, 9));
    assert_ptr_equal(pending_requests_expired(pending, 10), &a);
    assert_null(pending_requests_take(pending, first)); /* too late */
    assert_true(pending_requests_add(pending, &a, 40) != first);
    assert_null(pending_requests_take(pending, first)); /* and not in somebody else's place */
    assert_ptr_equal(pending_requests_take(pending, second), &b);
    assert_null(pending_requests_take(pending, UINT64_MAX));
    pending_requests_free(&pending);
    pending = pending_requests_new(4);
    pending_requests_add(pending, &a, 60); /* an upload, and others behind it that wait less */
    first = pending_requests_add(pending, &b, 11);
    pending_requests_add(pending, &c, 70);
    second = pending_requests_add(pending, &d, 12);
    assert_int_equal(pending_requests_next(pending), 11);
    assert_ptr_equal(pending_requests_take(pending, second), &d);
    assert_ptr_equal(pending_requests_expired(pending, 65), &b);
    assert_ptr_equal(pending_requests_expired(pending, 65), &a);
    assert_null(pending_requests_expired(pending, 65));
    assert_int_equal(pending_requests_next(pending), 70);
    pending_requests_free(&pending);
}

/* Codes that answer a request, each with the status that codes.def gives it. */
static void problems_are_whole(void **state)
{
    (void)state;
    for (enum code code = 0; code < CODES; code++) {
        char *text, wanted[128];

        if (code_scope_of(code) != SCOPE_REQUEST)
            continue;
        assert_string_not_equal(problem_title(code_status(code)), "Error");
        text = problem_text(code_status(code), code, "");
        snprintf(wanted, sizeof wanted, "{\"type\":\"urn:slidemill:%s\",\"title\":\"%s\",\"status\":%u,",
                 code_name(code), problem_title(code_status(code)), code_status(code));
        assert_memory_equal(text, wanted, strlen(wanted));
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_checked),
        cmocka_unit_test(file_names_lose_their_folders),
        cmocka_unit_test(heads_are_checked),
        cmocka_unit_test(guards_let_through_what_is_well_formed),
        cmocka_unit_test(guards_are_bounded),
        cmocka_unit_test(guards_know_who_is_late),
        cmocka_unit_test(cookies_are_covered),
        cmocka_unit_test(targets_lead_to_routes),
        cmocka_unit_test(keys_stand_in_paths),
        cmocka_unit_test(queries_are_found),
        cmocka_unit_test(jobs_are_checked),
        cmocka_unit_test(languages_are_understood_or_left),
        cmocka_unit_test(metadata_is_bounded),
        cmocka_unit_test(parts_of_a_form_are_wishes),
        cmocka_unit_test(digests_tell_requests_apart),
        cmocka_unit_test(forms_are_read),
        cmocka_unit_test(boundaries_are_checked),
        cmocka_unit_test(origins_are_known),
        cmocka_unit_test(pages_of_the_same_origin_are_known),
        cmocka_unit_test(requests_keep_to_a_pace),
        cmocka_unit_test(requests_wait_in_order),
        cmocka_unit_test(problems_are_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

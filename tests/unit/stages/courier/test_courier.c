/* test_courier - the courier's pure parts: signatures of callbacks, links, keys, URLs, the table of errors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/courier/object_key.h"
#include "proto/utf8.h"
#include "stages/courier/s3_error.h"
#include "stages/courier/s3_url.h"
#include "stages/courier/sigv4.h"
#include "stages/courier/callback_signature.h"
#include "stages/lib/http_retry.h"
#include "stages/lib/signed_link.h"
#include "stages/lib/http_client.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

/* ---- callbacks ---- */

static void the_published_vector_comes_out(void **state)
{
    char out[48];

    (void)state;
    callback_signature_standard("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek",
                                1614265330, "{\"test\": 2432232314}", 20, out);
    assert_string_equal(out, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

static void rfc4231_case_2_signs_the_body(void **state)
{
    char hex[65];

    (void)state;
    callback_signature_worker("Jefe", "what do ya want for nothing?", 28, hex);
    assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static void the_secret_becomes_the_last_member(void **state)
{
    static const struct {
        const char *body, *secret, *whole;
    } rows[] = {{"{\"a\":1}", "s", "{\"a\":1,\"secret\":\"s\"}"},
                {"{}", "s", "{\"secret\":\"s\"}"},
                {"{ }\n", "s", "{ \"secret\":\"s\"}"},
                {"{\"a\":1}", "q\"\\", "{\"a\":1,\"secret\":\"q\\\"\\\\\"}"},
                {"[1]", "s", NULL},
                {"", "s", NULL}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t size = 0;
        char *whole = callback_with_secret(rows[i].secret, rows[i].body, strlen(rows[i].body), &size);

        if (rows[i].whole == NULL) {
            assert_null(whole);
            continue;
        }
        assert_int_equal(size, strlen(rows[i].whole));
        assert_memory_equal(whole, rows[i].whole, size);
        free(whole);
    }
}

static void a_secret_goes_by_tls_or_stays_here(void **state)
{
    static const struct {
        const char *url;
        bool private;
    } rows[] = {{"https://app.example/hook", true},
                {"http://app.example/hook", false},
                {"http://127.0.0.1:8080/", true},
                {"http://localhost/x", true},
                {"http://[::1]:9/x", true},
                {"http://127.0.0.1.evil.example/", false},
                {"http://10.0.0.1/", false},
                {"http://127.0.0.1@evil.example/", false},
                {"http://evil.example/127.0.0.1", false},
                {"nonsense", false}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(callback_url_is_private(rows[i].url), rows[i].private);
}

/* ---- links ---- */

static void a_link_is_valid_only_as_it_was_signed(void **state)
{
    char hex[SIGNED_LINK_TEXT];

    (void)state;
    signed_link_sign("key", "outputs/j1/lecture.docx", 1764000000, hex);
    assert_true(signed_link_valid("key", "outputs/j1/lecture.docx", 1764000000, hex));
    assert_false(signed_link_valid("other", "outputs/j1/lecture.docx", 1764000000, hex));
    assert_false(signed_link_valid("key", "outputs/j2/lecture.docx", 1764000000, hex));
    assert_false(signed_link_valid("key", "outputs/j1/lecture.docx", 1764000001, hex));
    hex[63] = hex[63] == '0' ? '1' : '0';
    assert_false(signed_link_valid("key", "outputs/j1/lecture.docx", 1764000000, hex));
    assert_false(signed_link_valid("key", "outputs/j1/lecture.docx", 1764000000, ""));
}

/* ---- keys ---- */

static void keys_that_may_be_files(void **state)
{
    static const struct {
        const char *key;
        bool ok;
    } rows[] = {{"outputs/j1/summary.json", true},
                {"uploads/2026-11-23/ana@example.com/9f-Lección 1 (final)+v2.pdf", true},
                {"a", true},
                {"..a/b..", true},
                {"", false},
                {"/etc/passwd", false},
                {"a/", false},
                {"a//b", false},
                {"../a", false},
                {"a/../b", false},
                {"a/./b", false},
                {"a/..", false},
                {"a\nb", false},
                {"a\x7f", false},
                {"a\xff", false}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(object_key_is_path(rows[i].key), rows[i].ok);
}

/* No store can read something else into it: an escape in a key is escaped itself, and so is a backslash. */
static void a_key_stays_in_its_bucket(void **state)
{
    static const char *const rows[][2] = {{"%2e%2e/other/a", "/bucket/%252e%252e/other/a"},
                                          {"..\\other\\a", "/bucket/..%5Cother%5Ca"},
                                          {"a?uploads#b", "/bucket/a%3Fuploads%23b"},
                                          {"\uff0e\uff0e/a", "/bucket/%EF%BC%8E%EF%BC%8E/a"},
                                          {"@host/a:1", "/bucket/%40host/a%3A1"}};
    struct s3_url url;

    (void)state;
    assert_int_equal(s3_url_open(&url, "http://store.example", "bucket", "r", "auto"), 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *path = s3_url_path(&url, rows[i][0]), *coded = sigv4_encode(path, true);

        assert_string_equal(coded, rows[i][1]);
        free(coded);
        free(path);
    }
    s3_url_close(&url);
}

static void names_for_browsers(void **state)
{
    static const struct {
        const char *key, *filename, *value;
    } rows[] = {{"outputs/j/lecture.docx", "",
                 "attachment; filename=\"lecture.docx\"; filename*=UTF-8''lecture.docx"},
                {"outputs/j/lecture.docx", "Lección 1.docx",
                 "attachment; filename=\"Lecci_n 1.docx\"; filename*=UTF-8''Lecci%C3%B3n%201.docx"},
                {"x", "a\"b\\c.pdf", "attachment; filename=\"a_b_c.pdf\"; filename*=UTF-8''a%22b%5Cc.pdf"}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *value = object_key_disposition(rows[i].key, rows[i].filename);

        assert_string_equal(value, rows[i].value);
        free(value);
    }
}

/* ---- URLs ---- */

static void where_a_bucket_is(void **state)
{
    static const struct {
        const char *endpoint, *bucket, *region, *style, *url;
    } rows[] = {{"", "b", "eu-west-1", "auto", "https://b.s3.eu-west-1.amazonaws.com/k"},
                {"", "b.c", "eu-west-1", "auto", "https://s3.eu-west-1.amazonaws.com/b.c/k"},
                {"", "b", "cn-north-1", "auto", "https://b.s3.cn-north-1.amazonaws.com.cn/k"},
                {"", "b", "eu-west-1", "yes", "https://s3.eu-west-1.amazonaws.com/b/k"},
                {"http://127.0.0.1:9000", "b", "r", "auto", "http://127.0.0.1:9000/b/k"},
                {"http://127.0.0.1:80/", "b", "r", "auto", "http://127.0.0.1/b/k"},
                {"https://s3.example:443", "b", "r", "no", "https://b.s3.example/k"},
                {"https://s3.example/store/", "b", "r", "auto", "https://s3.example/store/b/k"},
                {"ftp://s3.example", "b", "r", "auto", NULL},
                {"s3.example:x", "b", "r", "auto", NULL}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct s3_url url;
        char *path, *text;
        int rc = s3_url_open(&url, rows[i].endpoint, rows[i].bucket, rows[i].region, rows[i].style);

        assert_int_equal(rc, rows[i].url == NULL ? -1 : 0);
        if (rc == -1)
            continue;
        path = s3_url_path(&url, "k");
        text = s3_url_text(&url, path, "");
        assert_string_equal(text, rows[i].url);
        free(text);
        free(path);
        s3_url_close(&url);
    }
}

/* ---- errors ---- */

static void what_is_done_about_an_answer(void **state)
{
    static const struct {
        long status;
        const char *code;
        enum s3_deed deed;
        enum code give_up;
    } rows[] = {{0, "", S3_AGAIN, CODE_S3_UNAVAILABLE},
                {500, "InternalError", S3_AGAIN, CODE_S3_UNAVAILABLE},
                {502, "", S3_AGAIN, CODE_S3_UNAVAILABLE},
                {503, "SlowDown", S3_AGAIN, CODE_S3_UNAVAILABLE},
                {504, "", S3_AGAIN, CODE_S3_UNAVAILABLE},
                {429, "", S3_AGAIN, CODE_S3_UNAVAILABLE},
                {400, "RequestTimeout", S3_AGAIN, CODE_S3_UNAVAILABLE},
                {409, "OperationAborted", S3_AGAIN, CODE_S3_UNAVAILABLE},
                {200, "InternalError", S3_AGAIN, CODE_S3_UNAVAILABLE},
                {520, "", S3_AGAIN, CODE_S3_UNAVAILABLE},
                {522, "", S3_AGAIN, CODE_S3_UNAVAILABLE},
                {530, "", S3_AGAIN, CODE_S3_UNAVAILABLE},
                {599, "", S3_AGAIN, CODE_S3_UNAVAILABLE},
                {501, "NotImplemented", S3_GIVE_UP, CODE_S3_ERROR},
                {400, "IncompleteBody", S3_AGAIN, CODE_S3_UNAVAILABLE},
                {200, "AccessDenied", S3_GIVE_UP, CODE_S3_DENIED},
                {200, "NoSuchKey", S3_GIVE_UP, CODE_S3_NOT_FOUND},
                {307, "TemporaryRedirect", S3_MOVE, CODE_S3_ERROR},
                {301, "PermanentRedirect", S3_MOVE, CODE_S3_ERROR},
                {400, "AuthorizationHeaderMalformed", S3_MOVE, CODE_S3_DENIED},
                {403, "RequestTimeTooSkewed", S3_RESET, CODE_S3_DENIED},
                {404, "NoSuchUpload", S3_RESTART, CODE_S3_ERROR},
                {404, "NoSuchKey", S3_GIVE_UP, CODE_S3_NOT_FOUND},
                {404, "NoSuchBucket", S3_GIVE_UP, CODE_S3_NOT_FOUND},
                {403, "AccessDenied", S3_GIVE_UP, CODE_S3_DENIED},
                {403, "SignatureDoesNotMatch", S3_GIVE_UP, CODE_S3_DENIED},
                {400, "ExpiredToken", S3_GIVE_UP, CODE_S3_DENIED},
                {400, "EntityTooLarge", S3_GIVE_UP, CODE_S3_ERROR},
                {412, "PreconditionFailed", S3_GIVE_UP, CODE_S3_ERROR}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        enum code give_up;

        assert_int_equal(s3_error_judge(rows[i].status, rows[i].code, &give_up), rows[i].deed);
        assert_int_equal(give_up, rows[i].give_up);
    }
}

static void an_endpoint_may_name_the_bucket(void **state)
{
    static const struct {
        const char *endpoint;
        bool names;
    } rows[] = {{"", false},
                {"https://s3.eu-west-3.amazonaws.com", false},
                {"https://lectures.s3.eu-west-3.amazonaws.com", true},
                {"https://LECTURES.s3.eu-west-3.amazonaws.com/", false}, /* S3 has no capitals in buckets */
                {"https://lectures-2.s3.eu-west-3.amazonaws.com", false},
                {"https://abc.supabase.co/storage/v1/s3/lectures", true},
                {"https://abc.supabase.co/storage/v1/s3/lectures/", true},
                {"https://abc.supabase.co/storage/v1/s3", false},
                {"https://minio:9000/lectures", true},
                {"https://minio:9000/mylectures", false},
                {"nonsense", false}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (s3_error_bucket_twice(rows[i].endpoint, "lectures") != rows[i].names)
            fail_msg("%s", rows[i].endpoint);
}

static void a_refusal_is_told_in_one_sentence(void **state)
{
    static const struct s3_xml gone = {.code = "NoSuchKey", .message = "The key does not exist."},
                               none = {.code = ""};
    char key[1025];
    const struct {
        struct s3_refusal refusal;
        const char *told;
    } rows[] = {
        {{"a.pdf", "lectures", "", 404, &gone, ""},
         "'a.pdf' in bucket lectures: the store answered 404 NoSuchKey: The key does not exist."},
        {{"a.pdf", "lectures", "https://minio:9000/lectures", 404, &gone, ""},
         "'a.pdf' in bucket lectures: the store answered 404 NoSuchKey: The key does not exist.; "
         "AWS_ENDPOINT_URL_S3 names the bucket already, so every request names it twice: leave it out there"},
        {{"a.pdf", "lectures", "https://minio:9000/lectures", 522, &none, ""},
         "'a.pdf' in bucket lectures: the store answered 522"},
        {{"a.pdf", "lectures", "", 301, &none, "https://s3.eu-west-3.amazonaws.com/a.pdf?X-Amz-Signature=1"},
         "'a.pdf' in bucket lectures: the store answered 301; it points to "
         "https://s3.eu-west-3.amazonaws.com/a.pdf; set AWS_ENDPOINT_URL_S3 or AWS_REGION to where the "
         "bucket "
         "is"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *told = s3_error_refusal(&rows[i].refusal);

        assert_string_equal(told, rows[i].told);
        free(told);
    }
    for (int i = 0; i < 512; i++)
        memcpy(key + 2 * i, "\u00fc", 3);
    char *told = s3_error_silence(key, "no answer");

    assert_true(utf8_valid(told, strlen(told)));
    assert_non_null(strstr(told, "': no answer"));
    free(told);
}

static void bodies_of_strangers(void **state)
{
    static const char good[] =
        "<?xml version='1.0'?><Error xmlns='x'><Code>NoSuchKey</Code><Message>a &amp; b</Message>"
        "<Region>eu-west-3</Region></Error>";
    static const char entity[] =
        "<!DOCTYPE e [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><Error><Code>&x;</Code></Error>";
    struct s3_xml xml;

    (void)state;
    s3_xml_parse(good, sizeof good - 1, &xml);
    assert_string_equal(xml.root, "Error");
    assert_string_equal(xml.code, "NoSuchKey");
    assert_string_equal(xml.message, "a & b");
    assert_string_equal(xml.region, "eu-west-3");
    s3_xml_parse(entity, sizeof entity - 1, &xml);
    assert_string_equal(xml.code, "");
    s3_xml_parse("<html><body>502", 15, &xml);
    assert_string_equal(xml.code, "");
    s3_xml_parse("", 0, &xml);
    assert_string_equal(xml.root, "");
}

static void waits_grow_and_honour_what_was_told(void **state)
{
    (void)state;
    for (unsigned tries = 1; tries < 40; tries++) {
        int64_t full = tries < 6 ? (int64_t)500 << (tries - 1) : 8000;
        int64_t wait = http_backoff_ms(tries, 500, 8000, 0);

        if (full > 8000)
            full = 8000;
        assert_true(wait <= full && wait >= full - full / 4);
    }
    assert_int_equal(http_backoff_ms(1, 500, 8000, 30000), 30000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_published_vector_comes_out),
                                       cmocka_unit_test(rfc4231_case_2_signs_the_body),
                                       cmocka_unit_test(the_secret_becomes_the_last_member),
                                       cmocka_unit_test(a_secret_goes_by_tls_or_stays_here),
                                       cmocka_unit_test(a_link_is_valid_only_as_it_was_signed),
                                       cmocka_unit_test(keys_that_may_be_files),
                                       cmocka_unit_test(a_key_stays_in_its_bucket),
                                       cmocka_unit_test(names_for_browsers),
                                       cmocka_unit_test(where_a_bucket_is),
                                       cmocka_unit_test(what_is_done_about_an_answer),
                                       cmocka_unit_test(an_endpoint_may_name_the_bucket),
                                       cmocka_unit_test(a_refusal_is_told_in_one_sentence),
                                       cmocka_unit_test(bodies_of_strangers),
                                       cmocka_unit_test(waits_grow_and_honour_what_was_told)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

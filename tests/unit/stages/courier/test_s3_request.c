/* test_s3_request - requests and links signed for a bucket, and what is learned about it */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/panic.h"
#include "stages/courier/s3_request.h"

static struct conf conf = {.s3_bucket = "lectures",
                           .s3_region = "eu-west-1",
                           .s3_endpoint = "http://127.0.0.1:9000",
                           .s3_path_style = "auto",
                           .s3_access_key = "AKID",
                           .s3_secret_key = "secret",
                           .s3_session_token = ""};

static const char *line_of(const struct curl_slist *headers, const char *name)
{
    for (; headers != NULL; headers = headers->next)
        if (strncmp(headers->data, name, strlen(name)) == 0)
            return headers->data + strlen(name);
    return NULL;
}

static void requests_are_signed(void **state)
{
    struct s3 *s3 = s3_open(&conf);
    const struct s3_request request = {.method = "PUT",
                                       .key = "outputs/j 1/\u00e9.json",
                                       .content_type = "application/json",
                                       .range = "bytes=0-0",
                                       .body = "{}",
                                       .size = 2,
                                       .query = {{"partNumber", "1"}},
                                       .query_count = 1};
    struct curl_slist *headers = NULL;
    char *url = s3_sign(s3, &request, &headers);

    (void)state;
    assert_string_equal(url, "http://127.0.0.1:9000/lectures/outputs/j%201/%C3%A9.json?partNumber=1");
    assert_string_equal(line_of(headers, "host: "), "127.0.0.1:9000");
    assert_string_equal(line_of(headers, "x-amz-content-sha256: "), /* of "{}" */
                        "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    assert_string_equal(line_of(headers, "range: "), "bytes=0-0");
    assert_int_equal(strlen(line_of(headers, "x-amz-date: ")), 16);
    assert_memory_equal(line_of(headers, "Authorization: "), "AWS4-HMAC-SHA256 Credential=AKID/", 33);
    assert_non_null(strstr(line_of(headers, "Authorization: "), "/eu-west-1/s3/aws4_request"));
    assert_non_null(strstr(line_of(headers, "Authorization: "),
                           "SignedHeaders=content-type;host;range;x-amz-content-sha256;x-amz-date"));
    assert_null(line_of(headers, "x-amz-security-token: "));
    for (const struct curl_slist *line = headers; line != NULL; line = line->next)
        assert_null(strstr(line->data, "secret"));
    curl_slist_free_all(headers);
    free(url);
    s3_close(&s3);
    assert_null(s3);
}

static void a_session_token_goes_along(void **state)
{
    struct conf with_token = conf;
    struct curl_slist *headers = NULL;
    struct s3 *s3;
    char *url;

    (void)state;
    with_token.s3_session_token = "TOKEN";
    s3 = s3_open(&with_token);
    url = s3_sign(s3, &(struct s3_request){.method = "GET", .key = "k"}, &headers);
    assert_string_equal(line_of(headers, "x-amz-security-token: "), "TOKEN");
    curl_slist_free_all(headers);
    free(url);
    s3_close(&s3);
}

/* A part of the URL as curl's parser reads it; the caller frees it by curl_free(). */
static char *part_of(const char *url, CURLUPart part)
{
    CURLU *parts = curl_url();
    char *text = NULL;

    assert_int_equal(curl_url_set(parts, CURLUPART_URL, url, 0), CURLUE_OK);
    assert_int_equal(curl_url_get(parts, part, &text, 0), CURLUE_OK);
    curl_url_cleanup(parts);
    return text;
}

static void links_fetch_one_object_for_a_while(void **state)
{
    struct s3 *s3 = s3_open(&conf);
    char *url = s3_presign(s3, "outputs/j/a&b=c#?.docx", "L\u00e9 1.docx", 1764000000, 3600);
    char *other = s3_presign(s3, "outputs/j/other.docx", "", 1764000000, 3600);
    char *path = part_of(url, CURLUPART_PATH), *query = part_of(url, CURLUPART_QUERY);

    (void)state;
    assert_string_equal(path, "/lectures/outputs/j/a%26b%3Dc%23%3F.docx");
    assert_non_null(strstr(query, "X-Amz-Algorithm=AWS4-HMAC-SHA256"));
    assert_non_null(strstr(query, "X-Amz-Credential=AKID%2F20251124%2Feu-west-1%2Fs3%2Faws4_request"));
    assert_non_null(strstr(query, "X-Amz-Date=20251124T160000Z"));
    assert_non_null(strstr(query, "X-Amz-Expires=3600"));
    assert_non_null(
        strstr(query, "response-content-disposition=attachment%3B%20filename%3D%22L_%201.docx%22"));
    assert_non_null(strstr(query, "X-Amz-Signature="));
    assert_null(strstr(url, "secret"));
    assert_string_not_equal(strstr(url, "X-Amz-Signature="), strstr(other, "X-Amz-Signature="));
    assert_non_null(strstr(other, "other.docx%22")); /* no file name: the key's last component */
    curl_free(path);
    curl_free(query);
    free(url);
    free(other);
    s3_close(&s3);
}

static void endpoints_are_checked(void **state)
{
    static const char *const bad[] = {"nonsense:", "ftp://store.example", "http://", "file:///etc/passwd",
                                      "//"};
    struct conf with = conf;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        with.s3_endpoint = (char *)(uintptr_t)bad[i];
        if (s3_open(&with) != NULL)
            fail_msg("%s", bad[i]);
    }
}

/* What the region becomes is a part of a host's name: only what can be one is believed. */
static void regions_are_learned(void **state)
{
    static const char *const bad[] = {"",
                                      "a b",
                                      "evil.example/",
                                      "a@b",
                                      "a:1",
                                      "\u00e9",
                                      "a\r\nb",
                                      "a?b",
                                      "a#b",
                                      "a1234567890123456789012345678901234567890123456789012345678901234"};
    struct conf aws = conf;
    CURL *easy = curl_easy_init();
    struct curl_slist *headers = NULL;
    struct s3 *s3;
    char *url;

    (void)state;
    aws.s3_endpoint = "";
    s3 = s3_open(&aws);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(s3_learn_region(s3, "eu-west-1", easy, bad[i]));
        assert_string_equal(s3_region(s3), "eu-west-1");
    }
    assert_false(s3_learn_region(s3, "eu-west-1", easy, "eu-west-1")); /* nothing new */
    assert_true(s3_learn_region(s3, "eu-west-1", easy, "us-east-2"));
    assert_string_equal(s3_region(s3), "us-east-2");
    assert_true(s3_learn_region(s3, "eu-west-1", easy, "")); /* another transfer has learned it meanwhile */
    assert_false(s3_learn_region(s3, "us-east-2", easy, ""));
    url = s3_sign(s3, &(struct s3_request){.method = "GET", .key = "k"}, &headers);
    assert_string_equal(url, "https://lectures.s3.us-east-2.amazonaws.com/k");
    assert_non_null(strstr(line_of(headers, "Authorization: "), "/us-east-2/s3/"));
    assert_false(s3_learn_clock(s3, easy)); /* the answer has no Date */
    curl_slist_free_all(headers);
    free(url);
    curl_easy_cleanup(easy);
    s3_close(&s3);
}

static void proofs_and_lacks_are_told(void **state)
{
    struct s3 *s3 = s3_open(&conf);
    struct conf lacking = conf;
    char lacks[64];

    (void)state;
    assert_false(s3_proven(s3));
    s3_prove(s3);
    assert_true(s3_proven(s3));
    s3_close(&s3);
    s3_lacks(&conf, lacks, sizeof lacks);
    assert_string_equal(lacks, "");
    lacking.s3_secret_key = "";
    s3_lacks(&lacking, lacks, sizeof lacks);
    assert_string_equal(lacks, "AWS_SECRET_ACCESS_KEY");
    lacking.s3_access_key = "";
    s3_lacks(&lacking, lacks, sizeof lacks);
    assert_string_equal(lacks, "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_signed),
        cmocka_unit_test(a_session_token_goes_along),
        cmocka_unit_test(links_fetch_one_object_for_a_while),
        cmocka_unit_test(endpoints_are_checked),
        cmocka_unit_test(regions_are_learned),
        cmocka_unit_test(proofs_and_lacks_are_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_s3_upload - the course of an upload in parts */
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
#include "stages/courier/s3_upload.h"

enum { PART = 10 };

static struct s3_request next_request(struct s3_upload *upload)
{
    struct s3_request request = {.method = "PUT", .content_type = "application/pdf"};

    s3_upload_request(upload, &request);
    return request;
}

/* The store has taken a part: what s3_upload_heard() does with its ETag. */
static void take_part(struct s3_upload *upload, const char *etag)
{
    upload->etags[upload->part++] = need_dup(etag);
    upload->step = upload->part < upload->parts ? S3_UPLOAD_PART : S3_UPLOAD_COMPLETE;
}

static void create(struct s3_upload *upload)
{
    struct s3_xml xml = {.upload = "id-1"};

    assert_int_equal(s3_upload_heard(upload, NULL, &xml), S3_UPLOAD_PART);
}

static void an_upload_takes_its_course(void **state)
{
    static const char data[] = "0123456789abcdefghijXYZ";
    struct s3_upload *upload = s3_upload_new(data, 23, PART);
    struct s3_request request = next_request(upload);
    const char *body;

    (void)state;
    assert_string_equal(request.method, "POST");
    assert_string_equal(request.query[0].name, "uploads");
    assert_string_equal(request.content_type, "application/pdf"); /* of the object: said once */
    create(upload);
    for (int part = 0; part < 3; part++) {
        char number[2] = {(char)('1' + part), '\0'};

        request = next_request(upload);
        assert_string_equal(request.method, "PUT");
        assert_null(request.content_type);
        assert_string_equal(request.query[0].value, "id-1");
        assert_string_equal(request.query[1].name, "partNumber");
        assert_string_equal(request.query[1].value, number);
        assert_int_equal(request.size, part < 2 ? PART : 3);
        assert_ptr_equal(request.body, data + (size_t)part * PART);
        take_part(upload, part == 1 ? "\"<&>\"" : "\"e\"");
    }
    request = next_request(upload);
    body = request.body;
    assert_string_equal(request.method, "POST");
    assert_string_equal(request.content_type, "application/xml");
    assert_int_equal(request.size, strlen(body));
    assert_non_null(strstr(body, "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                                 "<Part><PartNumber>1</PartNumber><ETag>"));
    assert_non_null(strstr(body, "<PartNumber>3</PartNumber>"));
    assert_non_null(strstr(body, "&lt;&amp;&gt;")); /* the store's own text stays text */
    assert_int_equal(s3_upload_heard(upload, NULL, &(struct s3_xml){.root = ""}), S3_UPLOAD_DONE);
    s3_upload_free(&upload);
    assert_null(upload);
}

/* https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html: 10,000 parts at most. */
static void parts_grow_where_there_would_be_too_many(void **state)
{
    static const char data[1];
    struct s3_upload *upload = s3_upload_new(data, (size_t)PART * 10000 - 1, PART);

    (void)state;
    assert_int_equal(upload->part_size, PART);
    assert_int_equal(upload->parts, 10000);
    s3_upload_free(&upload);
    upload = s3_upload_new(data, (size_t)PART * 50000 + 3, PART);
    assert_true(upload->parts <= 10000);
    assert_true(upload->part_size * upload->parts >= (size_t)PART * 50000 + 3);
    s3_upload_free(&upload);
}

static void answers_that_lack_something_are_nonsense(void **state)
{
    struct s3_upload *upload = s3_upload_new("x", 1, PART);
    CURL *easy = curl_easy_init();

    (void)state;
    assert_int_equal(s3_upload_heard(upload, easy, &(struct s3_xml){.upload = ""}), S3_UPLOAD_NONSENSE);
    s3_upload_free(&upload);
    upload = s3_upload_new("x", 1, PART);
    create(upload);
    assert_int_equal(s3_upload_heard(upload, easy, &(struct s3_xml){.root = ""}),
                     S3_UPLOAD_NONSENSE); /* no ETag */
    assert_int_equal(upload->part, 0);
    curl_easy_cleanup(easy);
    s3_upload_free(&upload);
}

static void what_was_created_is_aborted(void **state)
{
    struct s3_upload *upload = s3_upload_new("0123456789ab", 12, PART);
    struct s3_request request;

    (void)state;
    assert_false(s3_upload_aborts(upload, CODE_S3_ERROR, false, 0, "why")); /* nothing is there */
    create(upload);
    assert_true(s3_upload_aborts(upload, CODE_S3_UNAVAILABLE, true, 500, "why"));
    request = next_request(upload);
    assert_string_equal(request.method, "DELETE");
    assert_string_equal(request.query[0].value, "id-1");
    assert_int_equal(request.size, 0);
    assert_int_equal(upload->code, CODE_S3_UNAVAILABLE);
    assert_string_equal(upload->detail, "why");
    assert_false(s3_upload_restarts(upload));
    s3_upload_free(&upload);
}

static void a_lost_upload_begins_anew_once(void **state)
{
    struct s3_upload *upload = s3_upload_new("0123456789ab", 12, PART);

    (void)state;
    create(upload);
    take_part(upload, "e");
    assert_true(s3_upload_restarts(upload));
    assert_string_equal(next_request(upload).query[0].name, "uploads");
    assert_int_equal(upload->part, 0);
    assert_null(upload->etags[0]);
    create(upload);
    assert_false(s3_upload_restarts(upload));
    s3_upload_free(&upload);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_upload_takes_its_course),
        cmocka_unit_test(parts_grow_where_there_would_be_too_many),
        cmocka_unit_test(answers_that_lack_something_are_nonsense),
        cmocka_unit_test(what_was_created_is_aborted),
        cmocka_unit_test(a_lost_upload_begins_anew_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

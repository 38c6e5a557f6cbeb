/* test_request_body - what comes behind a head: JSON, forms with a PDF, and their bounds */
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
#include "stages/front/request_body.h"

#define EACH(row) for (size_t row = 0; row < sizeof rows / sizeof *rows; row++)

enum { MAX_JSON = 1024, MAX_PDF = 100000 };
static const struct conf conf = {.http_body_bytes = MAX_JSON, .limit_pdf_bytes = MAX_PDF, .http_uploads = 2};
#define FORM "multipart/form-data; boundary=b"
#define PART "--b\r\nContent-Disposition: form-data; name="

struct rig {
    struct request_body body;
    struct upload_quota quota;
    struct request_error error;
    struct job_request job;
    struct wire message;
    char digest[DIGEST_HEX + 1];
};

static int expect(struct rig *rig, const char *type, uint64_t length)
{
    const struct request_body_kind kind = {.kept = true, .type = type, .framing = {.length = length}};

    memset(&rig->body, 0, sizeof rig->body);
    return request_body_expect(&rig->body, &conf, &rig->quota, &kind, &rig->error);
}

static int feed(struct rig *rig, const char *text, size_t size, size_t piece)
{
    for (size_t at = 0; at < size; at += piece) {
        size_t here = size - at < piece ? size - at : piece;

        assert_true(request_body_fits(&rig->body, here));
        if (request_body_feed(&rig->body, text + at, here, &rig->error) == -1)
            return -1;
    }
    return 0;
}

static int finish(struct rig *rig)
{
    wire_init(&rig->message, WIRE_SUBMIT);
    return request_body_finish(&rig->body, false, &rig->job, rig->digest, &rig->message, &rig->error);
}

static void clear(struct rig *rig)
{
    request_body_clear(&rig->body, &rig->quota);
    assert_int_equal(rig->quota.count, 0);
    assert_int_equal(rig->quota.bytes, 0);
}

static void types_are_told_apart(void **state)
{
    static const struct {
        const char *type, *coding;
        bool foreign;
        int kind; /* 'j': JSON, 'f': form, 0: refused */
    } rows[] = {
        {"application/json", NULL, false, 'j'},
        {"Application/JSON; charset=utf-8", NULL, false, 'j'},
        {"application/json", NULL, true, 'j'}, /* a browser asks before it sends that */
        {"application/jsonp", NULL, false, 0},
        {NULL, NULL, false, 'j'},
        {NULL, NULL, true, 0},
        {"text/plain", NULL, false, 'j'},
        {"text/plain", NULL, true, 0}, /* a browser does not ask */
        {"application/x-www-form-urlencoded", NULL, false, 'j'},
        {FORM, NULL, false, 'f'},
        {FORM, NULL, true, 0},
        {"multipart/form-data", NULL, false, 0},
        {"application/pdf", NULL, false, 0},
        {"", NULL, false, 0},
        {"application/json", "identity", false, 'j'},
        {"application/json", "", false, 'j'},
        {"application/json", "gzip", false, 0},
        {FORM, "br", false, 0},
    };

    (void)state;
    EACH(i)
    {
        const struct request_body_kind kind = {
            .kept = true, .foreign = rows[i].foreign, .type = rows[i].type, .coding = rows[i].coding};
        struct rig rig = {.quota = {0}};
        int rc = request_body_expect(&rig.body, &conf, &rig.quota, &kind, &rig.error);
        int found = rc == -1 ? 0 : request_body_is_form(&rig.body) ? 'f' : 'j';

        if (found != rows[i].kind)
            fail_msg("%s is %c", rows[i].type == NULL ? "(none)" : rows[i].type, found);
        if (rc == -1)
            assert_int_equal(rig.error.code, CODE_UNSUPPORTED_MEDIA_TYPE);
        clear(&rig);
    }
}

/* Where nothing is wanted, a body is read to its end, whatever it is. */
static void a_body_that_nobody_wants_passes(void **state)
{
    const struct request_body_kind kind = {.type = "image/png", .coding = "gzip", .framing = {.length = 3}};
    struct rig rig = {.quota = {0}};

    (void)state;
    assert_int_equal(request_body_expect(&rig.body, &conf, &rig.quota, &kind, &rig.error), 0);
    assert_int_equal(feed(&rig, "\0\xff\n", 3, 1), 0);
    assert_null(rig.body.text);
    assert_false(request_body_fits(&rig.body, MAX_JSON)); /* but not without end */
    clear(&rig);
}

static void json_is_kept(void **state)
{
    static const char text[] = "{\"jobId\":\"j\",\"s3Key\":\"k\"}";
    struct rig rig = {.quota = {0}};

    (void)state;
    for (size_t piece = 1; piece < sizeof text; piece++) {
        assert_int_equal(expect(&rig, "application/json", sizeof text - 1), 0);
        assert_int_equal(feed(&rig, text, sizeof text - 1, piece), 0);
        assert_int_equal(finish(&rig), 0);
        assert_string_equal(rig.job.job, "j");
        assert_int_equal(strlen(rig.digest), DIGEST_HEX);
        assert_int_equal(rig.message.frames, 0);
        clear(&rig);
    }
    assert_int_equal(expect(&rig, "application/json", 0), 0);
    assert_int_equal(finish(&rig), -1); /* no body at all */
    assert_int_equal(rig.error.code, CODE_BAD_JSON);
    clear(&rig);
}

static void bodies_are_bounded(void **state)
{
    struct rig rig = {.quota = {0}};

    (void)state;
    assert_int_equal(expect(&rig, "application/json", MAX_JSON), 0);
    assert_true(request_body_fits(&rig.body, MAX_JSON));
    assert_false(request_body_fits(&rig.body, 1));
    clear(&rig);
    assert_int_equal(expect(&rig, "application/json", MAX_JSON + 1), -1);
    assert_int_equal(rig.error.code, CODE_BODY_TOO_LARGE);
    clear(&rig);
    assert_int_equal(expect(&rig, FORM, INT64_MAX), -1);
    assert_int_equal(rig.error.code, CODE_BODY_TOO_LARGE);
    clear(&rig);
}

static void a_form_brings_its_pdf_as_a_frame(void **state)
{
    static const char text[] =
        PART "jobId\r\n\r\nj-1\r\n" PART "file; filename=\"a/b.pdf\"\r\n\r\n%PDF-1.7 x\r\n--b--\r\n";
    struct rig rig = {.quota = {0}};
    char first[DIGEST_HEX + 1] = "";

    (void)state;
    for (size_t piece = 1; piece < sizeof text; piece += 7) {
        assert_int_equal(expect(&rig, FORM, sizeof text - 1), 0);
        assert_int_equal(rig.quota.count, 1);
        assert_int_equal(feed(&rig, text, sizeof text - 1, piece), 0);
        assert_int_equal(finish(&rig), 0);
        assert_string_equal(rig.job.job, "j-1");
        assert_string_equal(rig.job.filename, "b.pdf");
        assert_int_equal(rig.message.frames, 1);
        assert_int_equal(wire_size(&rig.message, 0), 10);
        assert_memory_equal(wire_data(&rig.message, 0), "%PDF-1.7 x", 10);
        if (*first != '\0')
            assert_string_equal(rig.digest, first);
        strcpy(first, rig.digest);
        wire_clear(&rig.message);
        clear(&rig);
    }
}

static void forms_are_refused(void **state)
{
    static const struct {
        const char *name, *text;
        enum code code;
    } rows[] = {
        {"no file", PART "jobId\r\n\r\nj\r\n--b--", CODE_MISSING_FIELD},
        {"two files", PART "file\r\n\r\n%PDF-1.7\r\n" PART "pdf\r\n\r\n%PDF-1.7\r\n--b--",
         CODE_BAD_MULTIPART},
        {"a field twice", PART "jobId\r\n\r\nj\r\n" PART "jobId\r\n\r\nj\r\n--b--", CODE_BAD_MULTIPART},
        {"an empty file", PART "file\r\n\r\n\r\n--b--", CODE_EMPTY_FILE},
        {"no PDF", PART "file\r\n\r\nGIF89a\r\n--b--", CODE_UNSUPPORTED_TYPE},
        {"an end too early", PART "file\r\n\r\n%PDF-1.7\r\n--b", CODE_BAD_MULTIPART},
        {"a key beside the file", PART "s3Key\r\n\r\nk\r\n--b--", CODE_INVALID_VALUE},
        {"a callback of one's own", PART "callbackUrl\r\n\r\nhttp://10.0.0.1\r\n--b--",
         CODE_UNSUPPORTED_FIELD},
        {"an id that climbs", PART "jobId\r\n\r\n../j\r\n--b--", CODE_INVALID_VALUE},
        {"no form", "hello", CODE_BAD_MULTIPART},
    };

    (void)state;
    EACH(i)
    {
        struct rig rig = {.quota = {0}};
        int rc;

        assert_int_equal(expect(&rig, FORM, 0), 0);
        rc = feed(&rig, rows[i].text, strlen(rows[i].text), 5);
        if (rc == 0)
            rc = finish(&rig);
        if (rc != -1 || rig.error.code != rows[i].code)
            fail_msg("%s: %s", rows[i].name, rc == 0 ? "good" : code_name(rig.error.code));
        wire_clear(&rig.message);
        clear(&rig);
    }
}

static void a_pdf_or_a_field_is_bounded(void **state)
{
    static const char head[] = PART "file\r\n\r\n%PDF-1.7", field[] = PART "instructions\r\n\r\n";
    struct rig rig = {.quota = {0}};
    char *much = need_zero(1, MAX_PDF);

    (void)state;
    assert_int_equal(expect(&rig, FORM, 0), 0);
    assert_int_equal(feed(&rig, head, sizeof head - 1, sizeof head), 0);
    assert_int_equal(feed(&rig, much, MAX_PDF - 8, 4096), 0);
    assert_int_equal(feed(&rig, much, 1, 1), -1);
    assert_int_equal(rig.error.code, CODE_PDF_TOO_LARGE);
    clear(&rig);
    memset(much, 'a', MAX_PDF);
    assert_int_equal(expect(&rig, FORM, 0), 0);
    assert_int_equal(feed(&rig, field, sizeof field - 1, sizeof field), 0);
    assert_int_equal(feed(&rig, much, MAX_JOB_FIELD, 4096), 0);
    assert_int_equal(feed(&rig, much, 1, 1), -1);
    assert_int_equal(rig.error.code, CODE_INVALID_VALUE);
    clear(&rig);
    free(much);
}

/* Together no more than http.uploads, and no more bytes than twice limits.pdf_bytes. */
static void uploads_share_a_quota(void **state)
{
    struct rig rig = {.quota = {0}}, second, third;

    (void)state;
    assert_int_equal(expect(&rig, FORM, 10), 0);
    second = rig;
    assert_int_equal(expect(&second, FORM, 10), 0);
    third = second;
    assert_int_equal(expect(&third, FORM, 10), -1);
    assert_int_equal(third.error.code, CODE_UPLOADS_FULL);
    request_body_clear(&third.body, &third.quota);
    assert_int_equal(third.quota.count, 2); /* who was refused gives nothing back */
    request_body_clear(&second.body, &third.quota);
    clear(&(struct rig){.body = rig.body, .quota = third.quota});
    rig = (struct rig){.quota = {.count = 1, .bytes = 2 * MAX_PDF}};
    assert_int_equal(expect(&rig, FORM, MAX_PDF), -1);
    assert_int_equal(rig.error.code, CODE_UPLOADS_FULL);
    rig.quota.count = 0; /* a single one always has room */
    assert_int_equal(expect(&rig, FORM, MAX_PDF), 0);
    request_body_clear(&rig.body, &rig.quota);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_are_told_apart),
        cmocka_unit_test(a_body_that_nobody_wants_passes),
        cmocka_unit_test(json_is_kept),
        cmocka_unit_test(bodies_are_bounded),
        cmocka_unit_test(a_form_brings_its_pdf_as_a_frame),
        cmocka_unit_test(forms_are_refused),
        cmocka_unit_test(a_pdf_or_a_field_is_bounded),
        cmocka_unit_test(uploads_share_a_quota),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

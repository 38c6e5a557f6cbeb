/* test_s3 - what the bucket's store decides without the bucket: bad keys, missing secrets, time, tries, links
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

#include <cmocka.h>

#include "stages/courier/s3.h"
#include "stages/courier/s3_request.h"
#include "tests/unit/stages/courier/fake_stage.h"

/* Nobody listens at port 1. */
static struct conf conf = {.courier_deadline_s = 100,
                           .courier_timeout_s = 10,
                           .limit_pdf_bytes = 1000,
                           .link_ttl_s = 60,
                           .store_tries = 2,
                           .s3_multipart_bytes = 1000,
                           .s3_bucket = "lectures",
                           .s3_region = "eu-west-1",
                           .s3_endpoint = "http://127.0.0.1:1",
                           .s3_path_style = "auto",
                           .s3_access_key = "AKID",
                           .s3_secret_key = "secret",
                           .s3_session_token = ""};
static struct courier courier = {.conf = &conf, .store = -1};

static int open_courier(void **state)
{
    (void)state;
    courier.net = http_client_new(4);
    courier.s3 = s3_open(&conf);
    return courier.s3 == NULL ? -1 : 0;
}

static int close_courier(void **state)
{
    (void)state;
    wire_clear(&settled);
    http_client_free(&courier.net);
    s3_close(&courier.s3);
    return 0;
}

/* Until the request of that transfer, which is the only one, has come back. */
static void wait_for_answer(const struct transfer *transfer)
{
    while (courier.first == transfer && transfer->http != NULL) {
        struct pollfd item = {.fd = http_client_fd(courier.net), .events = POLLIN};
        int wait_ms = http_client_turn(courier.net);

        if (courier.first == transfer && transfer->http != NULL)
            poll(&item, 1, wait_ms < 0 || wait_ms > 1000 ? 1000 : wait_ms);
    }
}

static void keys_that_climb_are_not_asked_for(void **state)
{
    static const char *const keys[] = {"..", "../a", "a/../b", "a/.."};

    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        s3_fetch(new_fetch(&courier, keys[i]));
        assert_null(courier.first);
        assert_int_equal(failed_code, CODE_S3_NOT_FOUND);
        assert_false(settled.failed.retryable);
    }
}

static void without_secrets_nothing_is_asked_for(void **state)
{
    struct conf lacking = conf;

    (void)state;
    lacking.s3_secret_key = "";
    courier.conf = &lacking;
    s3_store(new_store(&courier, "k", "{}", 2));
    courier.conf = &conf;
    assert_null(courier.first);
    assert_int_equal(failed_code, CODE_S3_DENIED);
    assert_string_equal(settled.failed.detail, "S3_BUCKET is set, but not AWS_SECRET_ACCESS_KEY");
}

static void late_requests_are_not_sent(void **state)
{
    struct transfer *transfer = new_fetch(&courier, "k");

    (void)state;
    transfer->born_ms -= 100000;
    s3_fetch(transfer);
    assert_null(courier.first);
    assert_int_equal(failed_code, CODE_S3_UNAVAILABLE);
    assert_true(settled.failed.retryable);
}

static void a_bucket_that_does_not_answer_is_asked_again(void **state)
{
    struct transfer *transfer = new_fetch(&courier, "k");

    (void)state;
    s3_fetch(transfer);
    assert_non_null(transfer->http);
    wait_for_answer(transfer);
    assert_ptr_equal(courier.first, transfer); /* the first of two tries */
    assert_int_equal(transfer->tries, 1);
    assert_true(transfer->start_at_ms >= transfer->born_ms);
    s3_fetch(transfer);
    wait_for_answer(transfer);
    assert_null(courier.first);
    assert_int_equal(failed_code, CODE_S3_UNAVAILABLE);
    assert_true(settled.failed.retryable);
    assert_memory_equal(settled.failed.detail, "'k': ", 5);
    assert_null(strstr(settled.failed.detail, "secret"));
}

static void cancelled_transfers_end_at_once(void **state)
{
    struct transfer *transfer = new_fetch(&courier, "k");

    (void)state;
    s3_fetch(transfer);
    s3_cancel(transfer);
    assert_null(courier.first);
    assert_int_equal(failed_code, CODE_INTERNAL);
    s3_cancel(new_fetch(&courier, "waiting"));
    assert_null(courier.first);
}

/* A link signed for a wrong region would not open: the first one is tried out. */
static void links_are_made_once_the_bucket_has_answered(void **state)
{
    struct transfer *transfer = new_link(&courier, "outputs/a.docx");

    (void)state;
    s3_link(transfer);
    assert_non_null(transfer->http);
    s3_cancel(transfer);
    s3_prove(courier.s3);
    s3_link(new_link(&courier, "outputs/a.docx"));
    assert_null(courier.first);
    assert_int_equal(settled.type, WIRE_LINKED);
    assert_memory_equal(settled.linked.url, "http://127.0.0.1:1/lectures/outputs/a.docx?X-Amz-", 49);
    assert_in_range(settled.linked.expires_at, time(NULL), time(NULL) + 60);
}

static void large_objects_go_in_parts(void **state)
{
    static const char data[2500];
    struct transfer *small = new_store(&courier, "k", data, 1000), *large;

    (void)state;
    s3_store(small);
    assert_null(small->upload);
    s3_cancel(small);
    large = new_store(&courier, "k", data, sizeof data);
    s3_store(large);
    assert_non_null(large->upload);
    s3_cancel(large); /* nothing was created that would have to be aborted */
    assert_null(courier.first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_that_climb_are_not_asked_for),
        cmocka_unit_test(without_secrets_nothing_is_asked_for),
        cmocka_unit_test(late_requests_are_not_sent),
        cmocka_unit_test(a_bucket_that_does_not_answer_is_asked_again),
        cmocka_unit_test(cancelled_transfers_end_at_once),
        cmocka_unit_test(links_are_made_once_the_bucket_has_answered),
        cmocka_unit_test(large_objects_go_in_parts),
    };

    return cmocka_run_group_tests(tests, open_courier, close_courier);
}

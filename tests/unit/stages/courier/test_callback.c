/* test_callback - a callback that is not sent, and one that nobody takes */
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

#include "stages/courier/callback.h"
#include "tests/unit/stages/courier/fake_stage.h"

/* Nobody listens at port 1. */
static const struct conf good = {.courier_deadline_s = 100,
                                 .callback_timeout_s = 10,
                                 .callback_url = "http://127.0.0.1:1/hook",
                                 .callback_secret = "the secret"};

static struct transfer *new_callback(struct courier *courier, const char *body)
{
    struct transfer *transfer = new_transfer(courier, WIRE_NOTIFY);

    transfer->lease.notify = (struct wire_notify){.lease = 5, .job = "j", .event = "evt_1"};
    wire_add_copy(&transfer->lease, body, strlen(body));
    return transfer;
}

static void what_cannot_be_sent_is_told(void **state)
{
    static const struct {
        const char *url, *secret, *body;
        bool in_body;
        enum code code;
        bool retryable;
    } rows[] = {
        {"", "s", "{}", false, CODE_CALLBACK_UNREACHABLE, true},
        {"https://app.example/hook", "", "{}", false, CODE_CALLBACK_REFUSED,
         true}, /* nobody could trust it */
        {"https://app.example/hook", "s", "[]", true, CODE_INTERNAL, false},
        {"https://app.example/hook", "s", "", true, CODE_INTERNAL, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct conf conf = good;
        struct courier courier = {.conf = &conf};

        conf.callback_url = (char *)(uintptr_t)rows[i].url;
        conf.callback_secret = (char *)(uintptr_t)rows[i].secret;
        conf.callback_secret_in_body = rows[i].in_body;
        callback_start(new_callback(&courier, rows[i].body));
        assert_null(courier.first);
        assert_int_equal(settled.type, WIRE_FAILED);
        assert_int_equal(settled.failed.lease, 5);
        assert_int_equal(failed_code, rows[i].code);
        assert_int_equal(settled.failed.retryable, rows[i].retryable);
    }
    wire_clear(&settled);
}

static void secrets_stay_where_strangers_could_read_them(void **state)
{
    static const struct {
        const char *url, *body;
    } rows[] = {{"http://127.0.0.1:1/hook", "{\"a\":1,\"secret\":\"the secret\"}"},
                {"http://192.0.2.1:1/hook", "{\"a\":1}"}}; /* by plain http */

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct conf conf = good;
        struct courier courier = {.conf = &conf, .net = http_client_new(1)};
        struct transfer *transfer = new_callback(&courier, "{\"a\":1}");

        conf.callback_url = (char *)(uintptr_t)rows[i].url;
        conf.callback_secret_in_body = true;
        callback_start(transfer);
        assert_non_null(transfer->http);
        assert_int_equal(wire_size(&transfer->lease, 0), strlen(rows[i].body));
        assert_memory_equal(wire_data(&transfer->lease, 0), rows[i].body, strlen(rows[i].body));
        transfer_fail(transfer, CODE_INTERNAL, false, 0, NULL); /* takes the request back */
        http_client_free(&courier.net);
    }
    wire_clear(&settled);
}

static void a_receiver_that_is_down_is_told(void **state)
{
    struct courier courier = {.conf = &good, .net = http_client_new(1)};

    (void)state;
    callback_start(new_callback(&courier, "{}"));
    while (courier.first != NULL) {
        struct pollfd item = {.fd = http_client_fd(courier.net), .events = POLLIN};
        int wait_ms = http_client_turn(courier.net);

        if (courier.first != NULL)
            poll(&item, 1, wait_ms < 0 || wait_ms > 1000 ? 1000 : wait_ms);
    }
    assert_int_equal(failed_code, CODE_CALLBACK_UNREACHABLE);
    assert_true(settled.failed.retryable);
    assert_int_equal(settled.failed.status, 0);
    assert_null(strstr(settled.failed.detail, "the secret"));
    wire_clear(&settled);
    http_client_free(&courier.net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_sent_is_told),
        cmocka_unit_test(secrets_stay_where_strangers_could_read_them),
        cmocka_unit_test(a_receiver_that_is_down_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_transfer - one lease in the courier's hands, until it is answered */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/stages/courier/fake_stage.h"

static const struct conf conf = {.courier_deadline_s = 100, .limit_pdf_bytes = 1000};

static void leases_are_read(void **state)
{
    struct courier courier = {.conf = &conf};
    struct transfer *fetch = new_fetch(&courier, "in.pdf"), *store = new_store(&courier, "out.json", "{}", 2);
    struct transfer *link = new_link(&courier, "a.docx"), *notify = new_transfer(&courier, WIRE_NOTIFY);

    (void)state;
    notify->lease.notify = (struct wire_notify){.lease = 10, .job = "n", .event = "e"};
    assert_int_equal(transfer_lease(fetch), 7);
    assert_int_equal(transfer_lease(notify), 10);
    assert_string_equal(transfer_job(notify), "n");
    assert_string_equal(transfer_key(fetch), "in.pdf");
    assert_string_equal(transfer_key(store), "out.json");
    assert_string_equal(transfer_key(link), "a.docx");
    assert_string_equal(transfer_key(notify), "");
    assert_string_equal(transfer_filename(store), "");
    assert_string_equal(transfer_filename(link), "a.docx");
    assert_true(transfer_reads(fetch));
    assert_false(transfer_reads(store) || transfer_reads(link) || transfer_reads(notify));
    assert_int_equal(transfer_max(fetch), 1000);
    assert_int_equal(transfer_too_large(fetch), CODE_PDF_TOO_LARGE);
    fetch->lease.type = WIRE_REVISIT; /* begins alike */
    assert_true(transfer_reads(fetch) && transfer_max(fetch) > 1000);
    assert_int_equal(transfer_too_large(fetch), CODE_S3_ERROR);
    while (courier.first != NULL)
        transfer_fail(courier.first, CODE_INTERNAL, false, 0, NULL);
}

/* No request outlives the lease; the last seconds of that are for the answer. */
static void time_runs_out(void **state)
{
    struct courier courier = {.conf = &conf};
    struct transfer *transfer = new_fetch(&courier, "k");

    (void)state;
    assert_int_equal(transfer_time_ms(transfer, 1000), 1000);
    assert_in_range(transfer_time_ms(transfer, INT64_MAX), 90000, 95000);
    transfer->born_ms -= 94000;
    assert_in_range(transfer_time_ms(transfer, 5000), 0, 1000);
    transfer->born_ms -= 2000;
    assert_int_equal(transfer_time_ms(transfer, 5000), 0);
    transfer_fail(transfer, CODE_INTERNAL, false, 0, NULL);
}

static void fetched(struct courier *courier, enum wire_type type, const char *body)
{
    struct transfer *transfer = new_fetch(courier, "k");

    transfer->lease.type = type;
    transfer_fetched(transfer, need_dup(body), strlen(body));
    assert_null(courier->first);
}

static void only_pdfs_are_fetched(void **state)
{
    struct courier courier = {.conf = &conf};

    (void)state;
    fetched(&courier, WIRE_FETCH, "%PDF-1.4 ...");
    assert_int_equal(settled.type, WIRE_FETCHED);
    assert_int_equal(settled.fetched.lease, 7);
    assert_memory_equal(wire_data(&settled, 0), "%PDF-1.4 ...", 12);
    fetched(&courier, WIRE_FETCH, "<html>Login</html>");
    assert_int_equal(settled.type, WIRE_FAILED);
    assert_int_equal(failed_code, CODE_UNSUPPORTED_TYPE);
    assert_false(settled.failed.retryable);
    assert_memory_equal(settled.failed.detail, "the file is ", 12);
    fetched(&courier, WIRE_FETCH, "");
    assert_int_equal(failed_code, CODE_EMPTY_FILE);
    fetched(&courier, WIRE_REVISIT, "{\"a\":1}");
    assert_int_equal(settled.type, WIRE_REVISITED);
    assert_memory_equal(wire_data(&settled, 0), "{\"a\":1}", 7);
    wire_clear(&settled);
}

static void links_answer_as_they_were_asked(void **state)
{
    struct courier courier = {.conf = &conf};

    (void)state;
    transfer_linked(new_link(&courier, "k"), "https://a/k", 1000);
    assert_int_equal(settled.type, WIRE_LINKED);
    assert_int_equal(settled.linked.lease, 9);
    assert_string_equal(settled.linked.url, "https://a/k");
    assert_int_equal(settled.linked.expires_at, 1000);
    transfer_linked(new_store(&courier, "k", "x", 1), "https://a/k", 1000);
    assert_int_equal(settled.type, WIRE_STORED);
    assert_int_equal(settled.stored.lease, 8);
    wire_clear(&settled);
}

static int released;

static void count_release(struct transfer *transfer)
{
    released += transfer->lease.type == WIRE_FETCH; /* it is whole still */
}

/* Each leaves the list by itself, wherever it stands, and gives its store's things back. */
static void answered_transfers_are_freed(void **state)
{
    struct courier courier = {.conf = &conf};
    struct transfer *first = new_fetch(&courier, "1"), *second = new_fetch(&courier, "2");
    struct transfer *third = new_fetch(&courier, "3");

    (void)state;
    second->release = count_release;
    second->status = 503;
    transfer_fail(second, CODE_S3_UNAVAILABLE, true, 2000, "down");
    assert_int_equal(released, 1);
    assert_int_equal(settled.failed.status, 503);
    assert_int_equal(settled.failed.retry_after_ms, 2000);
    assert_true(settled.failed.retryable);
    assert_string_equal(settled.failed.detail, "down");
    assert_ptr_equal(courier.first, third);
    assert_ptr_equal(third->next, first);
    transfer_fail(first, CODE_INTERNAL, false, 0, NULL);
    assert_string_equal(settled.failed.detail, code_doc(CODE_INTERNAL));
    transfer_fail(third, CODE_INTERNAL, false, 0, NULL);
    assert_null(courier.first);
    wire_clear(&settled);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leases_are_read),
        cmocka_unit_test(time_runs_out),
        cmocka_unit_test(only_pdfs_are_fetched),
        cmocka_unit_test(links_answer_as_they_were_asked),
        cmocka_unit_test(answered_transfers_are_freed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

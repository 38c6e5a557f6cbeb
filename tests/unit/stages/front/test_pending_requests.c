/* test_pending_requests - requests that wait for the supervisor */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/front/pending_requests.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_wait_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

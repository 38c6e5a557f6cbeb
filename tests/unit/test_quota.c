/* test_quota - open jobs by API key */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "supervisor/quota.h"

static void counts_each_client_apart(void **state)
{
    struct quota *quota = quota_new();
    char name[17];

    (void)state;
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 100; i++) {
            snprintf(name, sizeof name, "%016x", (unsigned)i);
            quota_add(quota, name, 1);
        }
    quota_add(quota, "", 5);
    assert_int_equal(quota_of(quota, ""), 5);
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "%016x", (unsigned)i);
        assert_int_equal(quota_of(quota, name), 2);
        quota_drop(quota, name);
        assert_int_equal(quota_of(quota, name), 1);
        quota_drop(quota, name);
        assert_int_equal(quota_of(quota, name), 0);
    }
    assert_int_equal(quota_of(quota, ""), 5);
    quota_free(&quota);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(counts_each_client_apart)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

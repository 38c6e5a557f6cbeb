/* test_lease - what is counted of a lease beyond what was told */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "supervisor/base/lease.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void only_what_was_not_told_is_counted(void **state)
{
    static const struct {
        uint64_t counted, told, untold;
    } rows[] = {{300, 100, 200}, {100, 100, 0}, {0, 0, 0}, {100, 300, 0}, {UINT64_MAX, 1, UINT64_MAX - 1}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_true(lease_untold(rows[i].counted, rows[i].told) == rows[i].untold);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_was_not_told_is_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_exits - exit codes mean what sysexits.h says, so that systemd and scripts read them right */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sysexits.h>

#include <cmocka.h>

#include "proto/exits.h"

static void codes_are_those_of_sysexits(void **state)
{
    static const int pairs[][2] = {
        {EXIT_DONE, EX_OK},           {EXIT_USAGE, EX_USAGE},    {EXIT_DATA, EX_DATAERR},
        {EXIT_NOINPUT, EX_NOINPUT},   {EXIT_SYSTEM, EX_OSERR},   {EXIT_SOFTWARE, EX_SOFTWARE},
        {EXIT_STORAGE, EX_CANTCREAT}, {EXIT_AGAIN, EX_TEMPFAIL}, {EXIT_CONFIG, EX_CONFIG},
    };
    const size_t count = sizeof pairs / sizeof pairs[0];

    (void)state;
    assert_int_equal(EXIT_DONE, EXIT_SUCCESS);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(pairs[i][0], pairs[i][1]);
        assert_true(pairs[i][0] < 126); /* above are the shell's, and signals */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(codes_are_those_of_sysexits)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

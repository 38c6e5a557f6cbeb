/* test_parallel - each thing once, and all of them done at the end */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stages/assembler/lib/parallel.h"

enum { MANY = 1000 };

static void count_one(void *arg, size_t i)
{
    ((unsigned *)arg)[i]++;
}

static void tick(void *arg)
{
    ++*(unsigned *)arg;
}

static void each_is_done_once(void **state)
{
    static const size_t counts[] = {0, 1, 2, 3, MANY};

    (void)state;
    for (size_t n = 0; n < sizeof counts / sizeof *counts; n++) {
        unsigned done[MANY] = {0}, ticks = 0;

        parallel_each(&(struct parallel){count_one, done, tick, &ticks}, counts[n]);
        assert_in_range(ticks, 1, counts[n] + 1);
        for (size_t i = 0; i < MANY; i++)
            assert_int_equal(done[i], i < counts[n]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_is_done_once)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_pool_policy - towards as many workers as are wanted, the new one READY before the old one goes */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "supervisor/process/pool_policy.h"

static const struct row {
    struct pool_policy policy; /* wanted, fresh, fresh_ready, old */
    enum pool_policy_step next;
} rows[] = {
    {{2, 0, 0, 0}, POOL_POLICY_START},        /* the beginning */
    {{2, 1, 1, 0}, POOL_POLICY_START},        /* one died */
    {{2, 2, 0, 0}, POOL_POLICY_ENOUGH},       /* not ready yet, but there */
    {{1, 2, 2, 0}, POOL_POLICY_RETIRE_FRESH}, /* fewer are wanted */
    {{0, 1, 1, 0}, POOL_POLICY_RETIRE_FRESH},
    {{1, 0, 0, 1}, POOL_POLICY_START},      /* one above what is wanted, to relieve */
    {{1, 1, 0, 1}, POOL_POLICY_ENOUGH},     /* wait until it is READY */
    {{1, 1, 1, 1}, POOL_POLICY_RETIRE_OLD}, /* and only then */
    {{3, 0, 0, 3}, POOL_POLICY_START},      /* one by one */
    {{3, 1, 0, 3}, POOL_POLICY_ENOUGH},
    {{3, 1, 1, 3}, POOL_POLICY_RETIRE_OLD},
    {{3, 1, 1, 2}, POOL_POLICY_START},
    {{1, 0, 0, 3}, POOL_POLICY_RETIRE_OLD}, /* relieved and fewer at once: the surplus needs no relief */
    {{4, 0, 0, 2}, POOL_POLICY_START},      /* relieved and more at once */
    {{4, 2, 0, 2}, POOL_POLICY_START},
    {{4, 3, 0, 2}, POOL_POLICY_ENOUGH},
};

static void each_step_follows_from_the_counts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(pool_policy_next(&rows[i].policy), rows[i].next);
}

/* Whatever we start from: it ends with what is wanted, and never has fewer at work than before (or wanted).
 */
static void every_way_leads_there(void **state)
{
    (void)state;
    for (unsigned start = 0; start < 4 * 4 * 4 * 4; start++) {
        struct pool_policy s = {start & 3, start >> 2 & 3, 0, start >> 4 & 3};
        unsigned least, steps = 0;

        s.fresh_ready = s.fresh < (start >> 6 & 3) ? s.fresh : start >> 6 & 3;
        least = s.fresh_ready + s.old < s.wanted ? s.fresh_ready + s.old : s.wanted;
        while (s.old > 0 || s.fresh != s.wanted || s.fresh_ready != s.fresh) {
            assert_true(++steps < 50);
            switch (pool_policy_next(&s)) {
            case POOL_POLICY_START:
                s.fresh++;
                break;
            case POOL_POLICY_RETIRE_FRESH:
                s.fresh_ready -= s.fresh_ready == s.fresh;
                s.fresh--;
                break;
            case POOL_POLICY_RETIRE_OLD:
                s.old--;
                break;
            case POOL_POLICY_ENOUGH: /* then one must be on its way */
                assert_true(s.fresh_ready < s.fresh);
                s.fresh_ready++;
                break;
            }
            assert_true(s.fresh_ready + s.old >= least);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_step_follows_from_the_counts),
                                       cmocka_unit_test(every_way_leads_there)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

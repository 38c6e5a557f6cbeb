/* test_worker_state - which change may follow which in the life of a worker, and what it may say then */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "supervisor/process/worker_state.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

struct step {
    enum worker_state from;
    enum worker_change change;
    enum worker_state to;
};

static const struct step steps[] = {
    {WORKER_STARTING, WORKER_HELLO, WORKER_READY},
    {WORKER_STARTING, WORKER_RETIRE, WORKER_DISMISSED},
    {WORKER_READY, WORKER_RETIRE, WORKER_RETIRING},
    {WORKER_ADOPTED, WORKER_HELLO, WORKER_CLAIMING},
    {WORKER_CLAIMING, WORKER_HELLO, WORKER_CLAIMING}, /* said to our predecessor, and again to us */
    {WORKER_CLAIMING, WORKER_STATED, WORKER_RETIRING},
    {WORKER_DISMISSED, WORKER_HELLO,
     WORKER_RETIRING}, /* it stood in its socket when the process was killed */
};

static const struct step *step_of(enum worker_state from, enum worker_change change)
{
    for (size_t i = 0; i < COUNT(steps); i++)
        if (steps[i].from == from && steps[i].change == change)
            return &steps[i];
    return NULL;
}

static void only_the_listed_changes_are_allowed(void **state)
{
    (void)state;
    for (int from = 0; from < WORKER_STATES; from++)
        for (int change = 0; change < WORKER_CHANGES; change++) {
            const struct step *step = step_of((enum worker_state)from, (enum worker_change)change);

            assert_int_equal(worker_state_allows((enum worker_state)from, (enum worker_change)change),
                             step != NULL);
            if (step != NULL)
                assert_int_equal(worker_state_next(step->from, step->change), step->to);
        }
}

/* Else the wire would let a message through that the table does not know, and a worker could end us. */
static void what_the_wire_lets_through_is_allowed(void **state)
{
    (void)state;
    for (int i = 0; i < WORKER_STATES; i++) {
        const enum worker_state from = (enum worker_state)i;

        if (wire_may(WIRE_HELLO, STAGE_VISION, worker_state_phase(from)))
            assert_true(worker_state_allows(from, WORKER_HELLO));
        if (wire_may(WIRE_STATE, STAGE_VISION, worker_state_phase(from)) && worker_state_is_ready(from))
            assert_true(worker_state_allows(from, WORKER_STATED));
    }
}

static void one_that_leaves_stays_so(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(steps); i++)
        if (worker_state_is_leaving(steps[i].from))
            assert_true(worker_state_is_leaving(steps[i].to));
}

static void only_one_that_said_hello_is_ready(void **state)
{
    (void)state;
    assert_false(worker_state_is_ready(WORKER_STARTING) || worker_state_is_ready(WORKER_ADOPTED) ||
                 worker_state_is_ready(WORKER_DISMISSED));
    assert_true(worker_state_is_ready(WORKER_READY) && worker_state_is_ready(WORKER_CLAIMING) &&
                worker_state_is_ready(WORKER_RETIRING));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_listed_changes_are_allowed),
        cmocka_unit_test(what_the_wire_lets_through_is_allowed),
        cmocka_unit_test(one_that_leaves_stays_so),
        cmocka_unit_test(only_one_that_said_hello_is_ready),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

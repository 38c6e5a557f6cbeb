/* test_stall - when a lane that stands still is struck, and when it is not */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "supervisor/schedule/stall.h"

enum { MOST = 60000, START = 1000 };

static void only_what_could_go_on_is_stalled(void **state)
{
    static const struct {
        const char *sentence;
        bool due, credit, held;
        int64_t latest_ms;
        enum stall_verdict verdict;
    } rows[] = {
        {"nothing to do", false, true, false, 0, STALL_FINE},
        {"work, but nobody free", true, false, true, 10 * MOST, STALL_FINE},
        {"work and somebody free", true, true, false, 0, STALL_KILL},
        {"work and credit left beside what is held", true, true, true, 10 * MOST, STALL_KILL},
        {"held within its deadline", false, true, true, 10 * MOST, STALL_FINE},
        {"held long past every deadline", false, true, true, START - 1, STALL_KILL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct stall stall = {0};
        struct stall_facts facts = {.due = rows[i].due,
                                    .credit = rows[i].credit,
                                    .held = rows[i].held,
                                    .latest_ms = rows[i].latest_ms,
                                    .now_ms = START};

        print_message("  %s\n", rows[i].sentence);
        assert_int_equal(stall_judge(&stall, &facts, MOST), STALL_FINE);
        facts.now_ms = START + MOST - 1;
        assert_int_equal(stall_judge(&stall, &facts, MOST), STALL_FINE);
        facts.now_ms = START + MOST;
        assert_int_equal(stall_judge(&stall, &facts, MOST), rows[i].verdict);
    }
}

static void progress_forgives(void **state)
{
    struct stall stall = {0};
    struct stall_facts facts = {.due = true, .credit = true};

    (void)state;
    for (int i = 1; i < 100; i++) {
        facts.now_ms = START + (int64_t)i * (MOST - 1);
        facts.progress++;
        assert_int_equal(stall_judge(&stall, &facts, MOST), STALL_FINE);
    }
    facts.now_ms += MOST;
    assert_int_equal(stall_judge(&stall, &facts, MOST), STALL_KILL);
    assert_int_equal(stall.strikes, 1);
    facts.progress++;
    assert_int_equal(stall_judge(&stall, &facts, MOST), STALL_FINE);
    assert_int_equal(stall.strikes, 0);
}

static void a_second_strike_without_progress_starts_afresh(void **state)
{
    struct stall stall = {0};
    struct stall_facts facts = {.due = true, .credit = true, .now_ms = START};

    (void)state;
    assert_int_equal(stall_judge(&stall, &facts, MOST), STALL_FINE);
    assert_int_equal(stall_next(&stall, MOST), START + MOST);
    facts.now_ms += MOST;
    assert_int_equal(stall_judge(&stall, &facts, MOST), STALL_KILL);
    facts.credit = false; /* the workers are dead */
    facts.now_ms += 100;
    assert_int_equal(stall_judge(&stall, &facts, MOST), STALL_FINE);
    assert_int_equal(stall_next(&stall, MOST), -1);
    facts.credit = true;
    facts.now_ms += 100;
    assert_int_equal(stall_judge(&stall, &facts, MOST), STALL_FINE);
    facts.now_ms += MOST;
    assert_int_equal(stall_judge(&stall, &facts, MOST), STALL_AFRESH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_could_go_on_is_stalled),
        cmocka_unit_test(progress_forgives),
        cmocka_unit_test(a_second_strike_without_progress_starts_afresh),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

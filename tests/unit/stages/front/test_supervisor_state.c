/* test_supervisor_state - what front says of the supervisor without asking it */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/front/supervisor_state.h"

static void hear(struct supervisor_state *supervisor, unsigned status, const char *code, int64_t now_ms)
{
    const struct wire_answer answer = {.status = status, .code = code, .detail = "as it says"};

    supervisor_state_heard(supervisor, &answer, now_ms);
}

static void probes_are_sent_one_at_a_time(void **state)
{
    struct supervisor_state supervisor;

    (void)state;
    supervisor_state_begin(&supervisor, 1000);
    assert_true(supervisor_state_due(&supervisor, 1000));  /* at once */
    assert_false(supervisor_state_due(&supervisor, 9000)); /* the first has no answer yet */
    hear(&supervisor, 200, "", 9000);
    supervisor_state_wanted(&supervisor, 8999);
    assert_true(supervisor_state_due(&supervisor, 9000));
    hear(&supervisor, 200, "", 9001);
    assert_false(supervisor_state_due(&supervisor, 9999));
    assert_int_equal(supervisor_state_next(&supervisor, 9500), 10000);
    assert_true(supervisor_state_due(&supervisor, 10000));
    hear(&supervisor, 503, "NOT_READY", 10001); /* bad news is looked after more often */
    assert_false(supervisor_state_due(&supervisor, 10249));
    assert_true(supervisor_state_due(&supervisor, 10250));
}

static void nobody_asks_often_for_nobody(void **state)
{
    struct supervisor_state supervisor;
    int64_t now_ms = 1000;

    (void)state;
    supervisor_state_begin(&supervisor, now_ms);
    assert_true(supervisor_state_due(&supervisor, now_ms));
    hear(&supervisor, 503, "NOT_READY", now_ms);
    assert_int_equal(supervisor_state_next(&supervisor, now_ms), now_ms + PROBE_INTERVAL_MS);
    now_ms += PROBE_INTERVAL_MS;
    assert_true(supervisor_state_due(&supervisor, now_ms));
    hear(&supervisor, 200, "", now_ms);
    assert_int_equal(supervisor_state_next(&supervisor, now_ms), now_ms + PROBE_IDLE_MS);
    supervisor_state_wanted(&supervisor, now_ms + 2000);
    assert_true(supervisor_state_next(&supervisor, now_ms + 2000) <= now_ms + 2000); /* at once */
    for (int probes = 0; probes < 5; probes++) {                                     /* and for a while */
        assert_true(supervisor_state_due(&supervisor, now_ms + 2000 + probes * PROBE_INTERVAL_MS) ==
                    (probes <= DEMAND_MS / PROBE_INTERVAL_MS));
        hear(&supervisor, 200, "", now_ms + 2000 + probes * PROBE_INTERVAL_MS);
    }
}

static void readiness_is_what_was_heard_last(void **state)
{
    struct supervisor_state supervisor;
    struct request_error error;

    (void)state;
    supervisor_state_begin(&supervisor, 0);
    assert_true(supervisor_state_live(&supervisor, 10, &error));
    assert_false(supervisor_state_ready(&supervisor, 10, &error));
    assert_int_equal(error.code, CODE_NOT_READY);
    hear(&supervisor, 200, "", 20);
    assert_true(supervisor_state_ready(&supervisor, 30, &error));
    hear(&supervisor, 503, "SHUTTING_DOWN", 40);
    assert_true(supervisor_state_live(&supervisor, 50, &error));
    assert_false(supervisor_state_ready(&supervisor, 50, &error));
    assert_int_equal(error.code, CODE_SHUTTING_DOWN);
    assert_string_equal(error.detail, "as it says");
    hear(&supervisor, 503, "WEDGED", 60); /* it answers, and makes no progress */
    assert_false(supervisor_state_live(&supervisor, 70, &error));
    assert_int_equal(error.code, CODE_WEDGED);
}

static void what_is_old_is_not_believed(void **state)
{
    struct supervisor_state supervisor;
    struct request_error error;

    (void)state;
    supervisor_state_begin(&supervisor, 0);
    assert_false(supervisor_state_live(&supervisor, STATE_STALE_MS, &error)); /* never heard of it */
    hear(&supervisor, 200, "", 9000);
    assert_true(supervisor_state_live(&supervisor, 100000, &error)); /* it was not asked again */
    assert_true(supervisor_state_due(&supervisor, 10000));
    assert_true(supervisor_state_live(&supervisor, 10000 + STATE_STALE_MS - 1, &error));
    assert_false(supervisor_state_live(&supervisor, 10000 + STATE_STALE_MS, &error));
    assert_int_equal(error.code, CODE_STALLED);
    assert_false(supervisor_state_ready(&supervisor, 17000, &error));
    assert_string_equal(error.detail, "the supervisor has not answered for 7 s");
    hear(&supervisor, 200, "", 18000);
    assert_true(supervisor_state_ready(&supervisor, 18000, &error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probes_are_sent_one_at_a_time),
        cmocka_unit_test(nobody_asks_often_for_nobody),
        cmocka_unit_test(readiness_is_what_was_heard_last),
        cmocka_unit_test(what_is_old_is_not_believed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

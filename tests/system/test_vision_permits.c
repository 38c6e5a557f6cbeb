/* test_vision_permits - permits for calls: asked for, given, denied, and asked for again of a new supervisor
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/system/vision_rig.h"

#define ONE_ERROR "{\"rules\":[{\"preset\":\"server_error\",\"per_slide\":1}]}"

static void every_call_is_permitted_and_reported(void **state)
{
    struct worker worker = {0};
    struct wire message;

    (void)state;
    worker_play(&worker, ONE_ERROR, NULL);
    send_slide(&worker, 1, LAYER, 1);
    receive(&worker, &message);
    assert_int_equal(message.type, WIRE_EXPLAINED);
    assert_int_equal(worker.asked, 1);
    assert_int_equal(worker.called, 2);
    assert_int_equal(worker.verdicts[VERDICT_FAILED], 1);
    assert_int_equal(worker.verdicts[VERDICT_DONE], 1);
    assert_int_equal(worker.last.call, 2);
    assert_int_equal(worker.last.lease, 1001);
    assert_int_equal(worker.last.status, 200);
    assert_int_equal(message.explained.calls, 2);
    assert_int_equal(message.explained.input_tokens, worker.input_tokens);
    assert_int_equal(message.explained.output_tokens, worker.output_tokens);
    wire_clear(&message);
    worker_stop(&worker);
}

static void a_refusal_is_told_and_the_next_call_asked_for_at_once(void **state)
{
    struct worker worker = {.permits = PERMITS_BY_TEST};
    int64_t began = now_ms();
    struct wire message;

    (void)state;
    worker_play(&worker,
                "{\"rules\":[{\"preset\":\"rate_limit\",\"headers\":{\"retry-after-ms\":\"600000\"}}]}",
                NULL);
    send_slide(&worker, 1, LAYER, 1);
    receive(&worker, &message);
    assert_int_equal(message.type, WIRE_CALL);
    assert_int_equal(message.call.call, 2);
    assert_true(now_ms() - began < 60000); /* the waiting is the supervisor's */
    assert_int_equal(worker.verdicts[VERDICT_REFUSED], 1);
    assert_int_equal(worker.last.retry_after_ms, 600000);
    assert_int_equal(worker.last.status, 429);
    wire_clear(&message);
    worker_stop(&worker);
}

static void a_denied_call_ends_the_lease_for_good(void **state)
{
    struct worker worker = {.permits = PERMITS_DENIED};
    struct wire message;

    (void)state;
    worker_play(&worker, ONE_ERROR, NULL);
    send_slide(&worker, 1, LAYER, 1);
    receive(&worker, &message);
    assert_int_equal(message.type, WIRE_FAILED);
    assert_string_equal(message.failed.code, "BUDGET_JOB");
    assert_int_equal(message.failed.retryable, 0);
    assert_non_null(strstr(message.failed.detail, "the budget is spent"));
    assert_int_equal(calls_made(), 1);
    wire_clear(&message);
    worker_stop(&worker);
}

static void more_room_is_asked_for_and_what_is_granted_counts(void **state)
{
    static const struct {
        uint32_t grants;
        enum wire_type end;
    } rows[] = {{0, WIRE_EXPLAINED}, {32, WIRE_FAILED}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct worker worker = {.grants = rows[i].grants};
        struct wire_explain lease = lease_of(1);
        struct wire message;

        worker_play(&worker, "{\"rules\":[{\"preset\":\"truncated\",\"per_slide\":1}]}", NULL);
        lease.max_tokens = 1000;
        send_lease(&worker, &lease, LAYER, 1);
        receive(&worker, &message);
        assert_int_equal(message.type, rows[i].end);
        assert_int_equal(worker.wanted, 2000);
        if (message.type == WIRE_FAILED)
            assert_string_equal(message.failed.code, "MODEL_TRUNCATED");
        wire_clear(&message);
        worker_stop(&worker);
    }
}

static void a_lease_that_waits_for_its_permit_can_be_cancelled(void **state)
{
    struct worker worker = {.permits = PERMITS_BY_TEST};
    struct wire message;

    (void)state;
    worker_play(&worker, ONE_ERROR, NULL);
    send_slide(&worker, 1, LAYER, 1);
    receive(&worker, &message);
    assert_int_equal(message.type, WIRE_CALL);
    wire_clear(&message);
    wire_init(&message, WIRE_CANCEL);
    message.cancel.lease = 1001;
    send_down(&worker, &message);
    receive(&worker, &message);
    assert_int_equal(message.type, WIRE_FAILED);
    wire_clear(&message);
    wire_init(&message, WIRE_GO); /* it crossed the cancellation: nothing is to come of it */
    message.go = (struct wire_go){.lease = 1001, .call = 2, .max_tokens = 100};
    send_down(&worker, &message);
    send_slide(&worker, 2, LAYER, 1);
    receive(&worker, &message);
    assert_int_equal(message.type, WIRE_CALL);
    assert_int_equal(message.call.lease, 1002);
    assert_int_equal(calls_made(), 2);
    wire_clear(&message);
    worker_stop(&worker);
}

static void expect(struct worker *worker, enum wire_type type, struct wire *message)
{
    receive(worker, message);
    assert_int_equal(message->type, type);
}

static void a_new_supervisor_is_asked_again(void **state)
{
    struct worker worker = {.permits = PERMITS_BY_TEST, .outlives = 1};
    struct wire message;
    int status;

    (void)state;
    worker_play(&worker, ONE_ERROR, NULL);
    send_slide(&worker, 1, LAYER, 1);
    expect(&worker, WIRE_CALL, &message);
    assert_int_equal(message.call.call, 2);
    wire_clear(&message);
    wire_init(&message, WIRE_ADOPT);
    message.adopt = (struct wire_adopt){.generation = 7, .pid = (uint32_t)getpid()};
    send_down(&worker, &message);
    expect(&worker, WIRE_HELLO, &message);
    wire_clear(&message);
    expect(&worker, WIRE_HOLDING, &message);
    assert_int_equal(message.holding.lease, 1001);
    wire_clear(&message);
    expect(&worker, WIRE_STATE, &message);
    wire_clear(&message);
    expect(&worker, WIRE_CALL, &message);
    assert_int_equal(message.call.lease, 1001);
    assert_int_equal(message.call.call, 2);
    wire_clear(&message);
    for (int i = 0; i < 2; i++) { /* both were answered: the second answer is one too many */
        wire_init(&message, WIRE_GO);
        message.go = (struct wire_go){.lease = 1001, .call = 2, .max_tokens = 4096};
        send_down(&worker, &message);
    }
    expect(&worker, WIRE_EXPLAINED, &message);
    assert_int_equal(message.explained.calls, 2);
    wire_clear(&message);
    assert_int_equal(calls_made(), 2);
    wire_init(&message, WIRE_ACK);
    message.ack.lease = 1001;
    send_down(&worker, &message);
    wire_init(&message, WIRE_RETIRE);
    message.retire.generation = 7;
    send_down(&worker, &message);
    assert_int_equal(waitpid(worker.pid, &status, 0), worker.pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    worker.pid = 0;
    worker_stop(&worker);
}

/* ---- hedging ---- */

static void explain_all(struct worker *worker, uint32_t first, uint32_t last)
{
    struct wire message;

    for (uint32_t slide = first; slide <= last; slide++) {
        send_slide(worker, slide, LAYER, 1);
        expect(worker, WIRE_EXPLAINED, &message);
        wire_clear(&message);
    }
}

static void a_straggler_is_asked_a_second_time(void **state)
{
    struct worker worker = {0};
    struct wire message;

    (void)state;
    worker_play(&worker, "{\"rules\":[{\"preset\":\"hang\",\"slides\":[21],\"per_slide\":1}]}",
                "SLIDEMILL_VISION_HEDGE=1");
    explain_all(&worker, 1, 20);
    worker.asked = worker.called = 0;
    send_slide(&worker, 21, LAYER, 1);
    expect(&worker, WIRE_EXPLAINED, &message);
    assert_int_equal(message.explained.calls, 2);
    assert_int_equal(worker.asked, 1);
    assert_int_equal(worker.called, 2);
    assert_int_equal(worker.verdicts[VERDICT_LEFT], 1);
    assert_int_equal(worker.verdicts[VERDICT_DONE], 21);
    wire_clear(&message);
    worker_stop(&worker);
}

static void a_straggler_without_a_second_permit_is_waited_for(void **state)
{
    struct worker worker = {.permits = PERMITS_DENIED};
    struct wire message;

    (void)state;
    worker_play(&worker, "{\"rules\":[{\"delay\":0.5,\"slides\":[21],\"per_slide\":1}]}",
                "SLIDEMILL_VISION_HEDGE=1");
    explain_all(&worker, 1, 20);
    worker.asked = 0;
    send_slide(&worker, 21, LAYER, 1);
    expect(&worker, WIRE_EXPLAINED, &message);
    assert_int_equal(worker.asked, 1); /* and once only */
    assert_int_equal(message.explained.calls, 1);
    wire_clear(&message);
    worker_stop(&worker);
}

/* ---- more endpoints than one ---- */

static void a_bad_key_sends_us_to_the_fallback(void **state)
{
    char fallback[96];
    const char *const env[] = {"OPENAI_API_KEY=wrong", fallback, "SLIDEMILL_FALLBACK_1_API_KEY=right",
                               "SLIDEMILL_FALLBACK_1_MODEL=gpt-4o-mini", NULL};
    struct worker worker = {0};
    struct wire message;

    (void)state;
    snprintf(fallback, sizeof fallback, "SLIDEMILL_FALLBACK_1_BASE_URL=%s", model.url);
    worker_play_with(&worker, "{}", env);
    for (uint32_t slide = 1; slide <= 2; slide++) {
        send_slide(&worker, slide, LAYER, 1);
        expect(&worker, WIRE_EXPLAINED, &message);
        assert_string_equal(message.explained.model, "gpt-4o-mini");
        wire_clear(&message);
    }
    assert_int_equal(worker.last.endpoint, 1);
    assert_int_equal(worker.verdicts[VERDICT_FATAL], 1); /* the second slide did not even try the first */
    assert_int_equal(calls_made(), 3);
    worker_stop(&worker);
}

static void what_an_endpoint_takes_is_learned_once(void **state)
{
    static char remembered[1100];
    struct worker worker = {0};
    struct wire message;

    (void)state;
    for (int i = 0; i < 2; i++) {
        worker_play(&worker, "{\"no_json_schema\":true,\"no_max_completion_tokens\":true}",
                    i == 0 ? NULL : remembered);
        send_slide(&worker, 1, LAYER, 1);
        expect(&worker, WIRE_EXPLAINED, &message);
        assert_int_equal(message.explained.calls, i == 0 ? 3 : 1);
        wire_clear(&message);
        snprintf(remembered, sizeof remembered, "SLIDEMILL_MODEL_DIALECTS=%s", worker.learned);
        assert_true(i == 1 || *worker.learned != '\0');
        worker_stop(&worker);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_call_is_permitted_and_reported),
        cmocka_unit_test(a_refusal_is_told_and_the_next_call_asked_for_at_once),
        cmocka_unit_test(a_denied_call_ends_the_lease_for_good),
        cmocka_unit_test(more_room_is_asked_for_and_what_is_granted_counts),
        cmocka_unit_test(a_lease_that_waits_for_its_permit_can_be_cancelled),
        cmocka_unit_test(a_new_supervisor_is_asked_again),
        cmocka_unit_test(a_straggler_is_asked_a_second_time),
        cmocka_unit_test(a_straggler_without_a_second_permit_is_waited_for),
        cmocka_unit_test(a_bad_key_sends_us_to_the_fallback),
        cmocka_unit_test(what_an_endpoint_takes_is_learned_once),
    };

    return cmocka_run_group_tests(tests, model_start, model_stop);
}

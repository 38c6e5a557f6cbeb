/* test_reply - what front is answered, and when it leaves */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "supervisor/api/reply.h"
#include "tests/unit/scratch.h"
#include "tests/unit/api_rig.h"

static void a_body_comes_with_its_status(void **state)
{
    struct wire answer;

    (void)state;
    reply_json(api.front, 7, 202, strdup("{\"a\":1}"));
    answer = api_answer();
    assert_int_equal(answer.answer.request, 7);
    assert_int_equal(answer.answer.status, 202);
    assert_int_equal(answer.frames, 1);
    assert_int_equal(wire_size(&answer, 0), 7);
    assert_memory_equal(wire_data(&answer, 0), "{\"a\":1}", 7);
    wire_clear(&answer);
    reply_fine(api.front, 8);
    answer = api_answer();
    assert_int_equal(answer.answer.status, 200);
    assert_int_equal(answer.frames, 0);
    wire_clear(&answer);
}

static void a_refusal_says_what_its_code_means_unless_told(void **state)
{
    struct wire answer;

    (void)state;
    reply_refuse(api.front, 7, CODE_QUEUE_FULL, NULL, FULL_RETRY_MS);
    answer = api_answer();
    assert_int_equal(answer.answer.status, code_status(CODE_QUEUE_FULL));
    assert_string_equal(answer.answer.code, "QUEUE_FULL");
    assert_string_equal(answer.answer.detail, code_doc(CODE_QUEUE_FULL));
    assert_int_equal(answer.answer.retry_after_ms, FULL_RETRY_MS);
    wire_clear(&answer);
    reply_refuse(api.front, 8, CODE_INVALID_VALUE, "cursor is none", 0);
    answer = api_answer();
    assert_string_equal(answer.answer.detail, "cursor is none");
    wire_clear(&answer);
}

/* What promises nothing overtakes what waits for its commit. */
static void only_what_promises_waits_for_the_commit(void **state)
{
    struct wire answer;

    (void)state;
    reply_fine(api.front, 1); /* so that the socket is connected */
    api_answered(1, 200, "");
    reply_json(api.front, 2, 202, strdup("{}"));
    worker_committed(api.front, 5);
    reply_now(api.front, 3, 200, strdup("{}"));
    reply_refuse(api.front, 4, CODE_QUEUE_FULL, NULL, 0);
    assert_true(worker_flush(api.front, 4));
    api_answered(3, 200, "");
    api_answered(4, code_status(CODE_QUEUE_FULL), "QUEUE_FULL");
    assert_true(worker_flush(api.front, 5));
    answer = api_answer();
    assert_int_equal(answer.answer.request, 2);
    wire_clear(&answer);
}

static void a_front_is_found_by_its_generation(void **state)
{
    struct worker *courier = rig_worker(rig.jobs.pool, STAGE_COURIER, 1);

    (void)state;
    assert_ptr_equal(reply_front(rig.jobs.pool, worker_generation(api.front)), api.front);
    assert_null(reply_front(rig.jobs.pool, worker_generation(courier))); /* no front */
    assert_null(reply_front(rig.jobs.pool, 0));
    assert_null(reply_front(rig.jobs.pool, UINT64_MAX));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, api_begin, api_end)
    const struct CMUnitTest tests[] = {
        CASE(a_body_comes_with_its_status),
        CASE(a_refusal_says_what_its_code_means_unless_told),
        CASE(only_what_promises_waits_for_the_commit),
        CASE(a_front_is_found_by_its_generation),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

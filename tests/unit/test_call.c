/* test_call - the life of one lease with the model, and the pace of all of them */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "stages/vision/call.h"
#include "stages/vision/pace.h"

static const struct call_limits limits = {.tries = 3, .deadline_ms = 100000};

/* One letter an answer, in order; the step after the last is what is expected. */
static struct judgement said(char letter)
{
    static const struct {
        char letter;
        enum deed deed;
        enum code code;
    } letters[] = {
        {'o', DEED_DONE, CODE_INTERNAL},
        {'5', DEED_AGAIN, CODE_MODEL_UNAVAILABLE},
        {'t', DEED_AGAIN, CODE_MODEL_TIMEOUT},
        {'4', DEED_SLOWER, CODE_MODEL_RATE_LIMITED},
        {'s', DEED_SLOWER, CODE_MODEL_RATE_LIMITED},
        {'l', DEED_LONGER, CODE_MODEL_TRUNCATED},
        {'b', DEED_REASK, CODE_MODEL_BAD_ANSWER},
        {'d', DEED_REWRITE, CODE_MODEL_REJECTED},
        {'x', DEED_SLIDE, CODE_MODEL_REFUSED},
        {'k', DEED_ALL, CODE_MODEL_AUTH},
    };

    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
        if (letters[i].letter == letter)
            return (struct judgement){
                .deed = letters[i].deed, .code = letters[i].code, .input_tokens = 10, .output_tokens = 1};
    fail_msg("no answer for the letter %c", letter);
    return (struct judgement){.deed = DEED_SLIDE};
}

/* Not the slide's fault, and over some day. */
static bool is_the_apis(enum code code)
{
    return code == CODE_MODEL_UNAVAILABLE || code == CODE_MODEL_TIMEOUT || code == CODE_MODEL_RATE_LIMITED;
}

static void every_sequence_ends(void **state)
{
    static const struct {
        const char *name, *answers;
        enum call_next next;
        unsigned waits;
        enum code code;
    } rows[] = {
        {"an answer at once", "o", CALL_DONE, 0, 0},
        {"a first fault waits once", "5", CALL_WAIT, 1, 0},
        {"a second waits longer", "55", CALL_WAIT, 2, 0},
        {"the third of three ends it", "555", CALL_FAIL, 0, CODE_MODEL_UNAVAILABLE},
        {"the last fault gives the code", "55t", CALL_FAIL, 0, CODE_MODEL_TIMEOUT},
        {"an answer after faults", "5to", CALL_DONE, 0, 0},
        {"refused for speed, while nobody gets through, is a fault", "444", CALL_FAIL, 0,
         CODE_MODEL_RATE_LIMITED},
        {"refused for speed, while others get through, is waiting for a turn", "4sssssssss", CALL_WAIT, 1, 0},
        {"one more chance for a cut answer", "l", CALL_WAIT, 0, 0},
        {"but one only", "ll", CALL_FAIL, 0, CODE_MODEL_TRUNCATED},
        {"two more chances for a bad answer", "bb", CALL_WAIT, 0, 0},
        {"but two only", "bbb", CALL_FAIL, 0, CODE_MODEL_BAD_ANSWER},
        {"chances of different kinds add up", "bl5bd", CALL_WAIT, 0, 0},
        {"another dialect, asked again at once", "d", CALL_WAIT, 0, 0},
        {"dialects without end are an end", "ddddd", CALL_FAIL, 0, CODE_MODEL_REJECTED},
        {"in vain for this slide", "x", CALL_FAIL, 0, CODE_MODEL_REFUSED},
        {"in vain for all", "5k", CALL_FAIL_ALL, 0, CODE_MODEL_AUTH},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct call call = {.born_ms = 1000};
        struct call_step step = {0};
        uint64_t successes = 0;
        unsigned count = 0;

        print_message("  %s\n", rows[i].name);
        for (const char *letter = rows[i].answers; *letter != '\0'; letter++, count++) {
            struct judgement j = said(*letter);

            successes += *letter == 's';
            step = call_heard(&call, &j, &limits, successes, 0, 2000);
        }
        assert_int_equal(step.next, rows[i].next);
        assert_int_equal(step.waits, rows[i].waits);
        assert_int_equal(step.code, rows[i].code);
        assert_int_equal(step.retryable, step.next == CALL_FAIL && is_the_apis(step.code));
        assert_int_equal(call.calls, count);
        assert_int_equal(call.input_tokens, 10 * count);
        assert_int_equal(call.output_tokens, count);
    }
}

static void a_wait_beyond_the_deadline_gives_the_lease_back(void **state)
{
    struct judgement j = said('4');
    struct call call = {.born_ms = 0};
    struct call_step step;

    (void)state;
    step = call_heard(&call, &j, &limits, 0, 30000, 60000);
    assert_int_equal(step.next, CALL_WAIT);
    step = call_heard(&call, &j, &limits, 0, 40000, 60000);
    assert_int_equal(step.next, CALL_FAIL);
    assert_int_equal(step.code, CODE_MODEL_RATE_LIMITED);
    assert_true(step.retryable);
}

static unsigned start_all(struct pace *pace, int64_t now_ms)
{
    unsigned count = 0;

    while (pace_free(pace, now_ms)) {
        pace_started(pace);
        count++;
    }
    return count;
}

static void a_refusal_pauses_all(void **state)
{
    struct pace pace;

    (void)state;
    pace_open(&pace, 8);
    assert_int_equal(start_all(&pace, 0), 8);
    pace_refused(&pace, 100, 2000, true);
    assert_int_equal(start_all(&pace, 2099), 0);
    pace_refused(&pace, 200, 500, true); /* a shorter wait does not shorten the longer one */
    pace_succeeded(&pace);
    assert_int_equal(start_all(&pace, 2099), 0);
    assert_true(start_all(&pace, 2100) > 0);
}

static void settles_at_what_is_let_through(void **state)
{
    unsigned successes = 0;
    struct pace pace;

    (void)state;
    pace_open(&pace, 64);
    assert_int_equal(start_all(&pace, 0), 64);
    for (int i = 0; i < 60; i++) /* the API takes four at once */
        pace_refused(&pace, 1, 500, false);
    assert_int_equal(start_all(&pace, 1), 0);
    pace_succeeded(&pace);
    assert_int_equal(start_all(&pace, 2), 1); /* the others need not wait for the refused */
    while (pace.flying == 4) {
        pace_succeeded(&pace);
        successes++;
        start_all(&pace, 3);
    }
    assert_int_equal(pace.flying, 5);
    assert_int_equal(successes, 31); /* once in eight rounds one more is tried */
    pace_refused(&pace, 4, 500, false);
    assert_int_equal(start_all(&pace, 5), 0);
}

static void doubles_where_the_limit_is_unknown(void **state)
{
    static const unsigned rounds[] = {1, 2, 4, 8, 16, 32, 32};
    struct pace pace;

    (void)state;
    pace_open(&pace, 64);
    start_all(&pace, 0);
    for (int i = 0; i < 64; i++)
        pace_refused(&pace, 1, 500, false);
    for (size_t i = 0; i < sizeof rounds / sizeof rounds[0]; i++) {
        unsigned count = start_all(&pace, 501);

        assert_int_equal(count, rounds[i]);
        while (count-- > 0)
            pace_succeeded(&pace);
    }
}

static void never_more_than_most_and_never_none(void **state)
{
    struct pace pace;

    (void)state;
    pace_open(&pace, 1);
    for (int i = 0; i < 50; i++) {
        assert_int_equal(start_all(&pace, 10 * i), 1);
        if (i % 2 == 0)
            pace_refused(&pace, 10 * i, 5, false);
        else if (i % 3 == 0)
            pace_failed(&pace);
        else
            pace_succeeded(&pace);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sequence_ends),
        cmocka_unit_test(a_wait_beyond_the_deadline_gives_the_lease_back),
        cmocka_unit_test(a_refusal_pauses_all),
        cmocka_unit_test(settles_at_what_is_let_through),
        cmocka_unit_test(doubles_where_the_limit_is_unknown),
        cmocka_unit_test(never_more_than_most_and_never_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

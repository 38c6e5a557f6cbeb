/* test_call - the life of one lease with the model, and what others hear of it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "stages/vision/model/retry_policy.h"

static const struct retry_limits limits = {.tries = 3, .deadline_ms = 100000};

/* One letter an answer, in order; the step after the last is what is expected. */
static struct classification said(char letter)
{
    static const struct {
        char letter;
        enum deed deed;
        enum code code;
    } letters[] = {
        {'o', DEED_DONE, CODE_INTERNAL},
        {'5', DEED_AGAIN, CODE_MODEL_UNAVAILABLE},
        {'t', DEED_AGAIN, CODE_MODEL_TIMEOUT},
        {'q', DEED_QUEUED, CODE_MODEL_TIMEOUT},
        {'4', DEED_SLOWER, CODE_MODEL_RATE_LIMITED},
        {'s', DEED_SLOWER, CODE_MODEL_RATE_LIMITED},
        {'l', DEED_LONGER, CODE_MODEL_TRUNCATED},
        {'b', DEED_REASK, CODE_MODEL_BAD_ANSWER},
        {'d', DEED_REWRITE, CODE_MODEL_REJECTED},
        {'x', DEED_SLIDE, CODE_MODEL_REFUSED},
        {'r', DEED_SLIDE, CODE_MODEL_REJECTED},
        {'k', DEED_ALL, CODE_MODEL_AUTH},
    };

    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
        if (letters[i].letter == letter)
            return (struct classification){
                .deed = letters[i].deed, .code = letters[i].code, .input_tokens = 10, .output_tokens = 1};
    fail_msg("no answer for the letter %c", letter);
    return (struct classification){.deed = DEED_SLIDE};
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
        enum retry_next next;
        unsigned waits;
        enum code code;
    } rows[] = {
        {"an answer at once", "o", RETRY_DONE, 0, 0},
        {"a first fault waits once", "5", RETRY_CALL, 1, 0},
        {"a second waits longer", "55", RETRY_CALL, 2, 0},
        {"the third of three ends it", "555", RETRY_FAIL, 0, CODE_MODEL_UNAVAILABLE},
        {"the last fault gives the code", "55t", RETRY_FAIL, 0, CODE_MODEL_TIMEOUT},
        {"an answer after faults", "5to", RETRY_DONE, 0, 0},
        {"refused for speed, while nobody gets through, is a fault", "444", RETRY_FAIL, 0,
         CODE_MODEL_RATE_LIMITED},
        {"refused for speed, while others get through, is waiting for a turn", "4sssssssss", RETRY_CALL, 0,
         0},
        {"one more chance for a cut answer", "l", RETRY_CALL, 0, 0},
        {"but one only", "ll", RETRY_FAIL, 0, CODE_MODEL_TRUNCATED},
        {"more room than the model has", "lr", RETRY_FAIL, 0, CODE_MODEL_TRUNCATED},
        {"a request it does not take", "r", RETRY_FAIL, 0, CODE_MODEL_REJECTED},
        {"one more chance for a bad answer", "b", RETRY_CALL, 0, 0},
        {"but one only", "bb", RETRY_FAIL, 0, CODE_MODEL_BAD_ANSWER},
        {"chances of different kinds add up", "bl5bd", RETRY_CALL, 0, 0},
        {"another dialect, asked again at once", "d", RETRY_CALL, 0, 0},
        {"in a queue of our making no try is charged", "qqqqqqqq55", RETRY_CALL, 2, 0},
        {"dialects without end are an end", "ddddddddd", RETRY_FAIL, 0, CODE_MODEL_REJECTED},
        {"in vain for this slide", "x", RETRY_FAIL, 0, CODE_MODEL_REFUSED},
        {"in vain for all", "5k", RETRY_FAIL_ALL, 0, CODE_MODEL_AUTH},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct retry_state call = {.born_ms = 1000};
        struct retry_step step = {0};
        uint64_t successes = 0;
        unsigned count = 0;

        print_message("  %s\n", rows[i].name);
        for (const char *letter = rows[i].answers; *letter != '\0'; letter++, count++) {
            struct classification j = said(*letter);

            successes += *letter == 's';
            retry_count_call(&call, j.input_tokens, j.output_tokens);
            step = retry_next_step(&call, &j, DOUBT_NONE, &limits, successes, 0, 2000);
        }
        assert_int_equal(step.next, rows[i].next);
        assert_int_equal(step.waits, rows[i].waits);
        assert_int_equal(step.code, rows[i].code);
        assert_int_equal(step.retryable, step.next == RETRY_FAIL && is_the_apis(step.code));
        assert_int_equal(call.calls, count);
        assert_int_equal(call.input_tokens, 10 * count);
        assert_int_equal(call.output_tokens, count);
    }
}

static void a_wait_beyond_the_deadline_gives_the_lease_back(void **state)
{
    struct classification j = said('4');
    struct retry_state call = {.born_ms = 0};
    struct retry_step step;

    (void)state;
    step = retry_next_step(&call, &j, DOUBT_NONE, &limits, 0, 30000, 60000);
    assert_int_equal(step.next, RETRY_CALL);
    step = retry_next_step(&call, &j, DOUBT_NONE, &limits, 0, 40000, 60000);
    assert_int_equal(step.next, RETRY_FAIL);
    assert_int_equal(step.code, CODE_MODEL_RATE_LIMITED);
    assert_true(step.retryable);
}

static void verdicts_tell_the_governor_how_it_went(void **state)
{
    static const struct {
        const char *name;
        enum deed deed;
        long status;
        enum call_verdict verdict;
    } rows[] = {
        {"an answer", DEED_DONE, 200, VERDICT_DONE},
        {"an answer of the wrong shape shows that the API works", DEED_REASK, 200, VERDICT_DONE},
        {"so does a cut one", DEED_LONGER, 200, VERDICT_DONE},
        {"and a refusal of the model", DEED_SLIDE, 200, VERDICT_DONE},
        {"too fast", DEED_SLOWER, 429, VERDICT_REFUSED},
        {"too fast, and told not to come again", DEED_SLIDE, 429, VERDICT_REFUSED},
        {"overloaded", DEED_SLOWER, 503, VERDICT_REFUSED},
        {"broken", DEED_AGAIN, 500, VERDICT_FAILED},
        {"broken, and told not to come again", DEED_SLIDE, 500, VERDICT_FAILED},
        {"an error inside a 200", DEED_AGAIN, 200, VERDICT_FAILED},
        {"no connection", DEED_AGAIN, 0, VERDICT_FAILED},
        {"another dialect", DEED_REWRITE, 400, VERDICT_REJECTED},
        {"a picture it does not take", DEED_SLIDE, 400, VERDICT_REJECTED},
        {"the key", DEED_ALL, 401, VERDICT_FATAL},
        {"the money", DEED_ALL, 429, VERDICT_FATAL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct classification j = {.deed = rows[i].deed};

        print_message("  %s\n", rows[i].name);
        assert_int_equal(call_verdict_of(&j, rows[i].status), rows[i].verdict);
    }
}

/* As the first answer with doubts, and then what the second call brings. */
static void an_answer_in_hand_is_not_thrown_away(void **state)
{
    static const struct {
        const char *name, *answers; /* after the first, which has doubts */
        bool checks;
        enum retry_next next;
    } rows[] = {
        {"with doubts it is asked once more", "", true, RETRY_CALL},
        {"unless that is not wanted", "", false, RETRY_DONE},
        {"once only", "o", true, RETRY_DONE},
        {"a bad answer then is no reason to ask again", "b", true, RETRY_DONE},
        {"nor a cut one", "l", true, RETRY_DONE},
        {"nor a refusal", "x", true, RETRY_DONE},
        {"a broken server is asked again", "5", true, RETRY_CALL},
        {"but not for ever", "555", true, RETRY_DONE},
        {"a turn is waited for", "4", true, RETRY_CALL},
        {"no money: the others are told", "k", true, RETRY_FAIL_ALL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct retry_limits own = {.tries = 3, .deadline_ms = 100000, .checks = rows[i].checks};
        struct retry_state call = {.born_ms = 1000};
        struct classification j = said('o');
        struct retry_step step = retry_next_step(&call, &j, DOUBT_TAUGHT, &own, 0, 0, 2000);

        print_message("  %s\n", rows[i].name);
        for (const char *letter = rows[i].answers; *letter != '\0'; letter++) {
            j = said(*letter);
            step = retry_next_step(&call, &j, DOUBT_OWN, &own, 0, 0, 2000);
        }
        assert_int_equal(step.next, rows[i].next);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sequence_ends),
        cmocka_unit_test(a_wait_beyond_the_deadline_gives_the_lease_back),
        cmocka_unit_test(verdicts_tell_the_governor_how_it_went),
        cmocka_unit_test(an_answer_in_hand_is_not_thrown_away),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

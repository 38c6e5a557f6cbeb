/* test_job_table - the policy as tables: what each event does to a job, what a slide needs next */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "supervisor/job/job_table.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void a_job_goes_through_its_states(void **state)
{
    static const struct {
        const char *sentence;
        enum job_state from;
        enum job_event on;
        enum job_action action;
        enum job_state to;
    } rows[] = {
        {"an activated job fetches its PDF", JOB_ACCEPTED, EVENT_ACTIVATED, ACTION_FETCH, JOB_FETCHING},
        {"a fetched PDF is inspected", JOB_FETCHING, EVENT_FETCHED, ACTION_INSPECT, JOB_INSPECTING},
        {"an inspected PDF is worked on", JOB_INSPECTING, EVENT_INSPECTED, ACTION_WORK, JOB_WORKING},
        {"finished slides are summed up", JOB_WORKING, EVENT_SLIDES_DONE, ACTION_SUM_UP, JOB_WORKING},
        {"a lecture that is summed up is assembled", JOB_WORKING, EVENT_SUMMED_UP, ACTION_ASSEMBLE,
         JOB_ASSEMBLING},
        {"an estimate that is made is told", JOB_WORKING, EVENT_ESTIMATED, ACTION_END, JOB_COMPLETED},
        {"documents are stored", JOB_ASSEMBLING, EVENT_ASSEMBLED, ACTION_STORE, JOB_STORING},
        {"a stored job is completed and told", JOB_STORING, EVENT_STORED, ACTION_END, JOB_COMPLETED},
        {"a job of which nothing was explained has failed", JOB_WORKING, EVENT_NOTHING_EXPLAINED, ACTION_END,
         JOB_FAILED},
        {"a lost PDF is fetched again", JOB_WORKING, EVENT_LOST, ACTION_FETCH, JOB_FETCHING},
        {"a picture lost before assembling is drawn again", JOB_ASSEMBLING, EVENT_LOST, ACTION_WORK,
         JOB_WORKING},
        {"a document lost before storing is assembled again", JOB_STORING, EVENT_LOST, ACTION_ASSEMBLE,
         JOB_ASSEMBLING},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct job_step step = job_table_step(rows[i].from, rows[i].on);

        if (step.action != rows[i].action || step.next != rows[i].to)
            fail_msg("%s: %s, %s", rows[i].sentence, job_action_name(step.action), job_state_name(step.next));
    }
}

static void every_open_state_can_break(void **state)
{
    (void)state;
    for (enum job_state from = 0; from < JOB_STATES; from++) {
        struct job_step step;

        if (from == JOB_COMPLETED || from == JOB_FAILED)
            continue;
        step = job_table_step(from, EVENT_BROKEN);
        assert_int_equal(step.action, ACTION_END);
        assert_int_equal(step.next, JOB_FAILED);
    }
}

static bool is_end(enum job_state state)
{
    return state == JOB_COMPLETED || state == JOB_FAILED;
}

/* An accepted job begins; another begins anew what its state waits for, and stays in it. */
static void an_activated_job_does_what_its_state_waits_for(void **state)
{
    static const enum job_action waits[JOB_STATES] = {
        [JOB_ACCEPTED] = ACTION_FETCH, [JOB_FETCHING] = ACTION_FETCH, [JOB_INSPECTING] = ACTION_INSPECT,
        [JOB_WORKING] = ACTION_WORK,   [JOB_STORING] = ACTION_STORE,  [JOB_ASSEMBLING] = ACTION_ASSEMBLE,
    };

    (void)state;
    for (enum job_state from = 0; from < JOB_STATES; from++) {
        struct job_step step;

        if (is_end(from))
            continue;
        step = job_table_step(from, EVENT_ACTIVATED);
        assert_int_equal(step.action, waits[from]);
        assert_int_equal(step.next, from == JOB_ACCEPTED ? JOB_FETCHING : from);
    }
}

/* Nothing happens to a job that has ended, and ACTION_END leads nowhere else. */
static void an_end_is_an_end(void **state)
{
    (void)state;
    for (enum job_state from = 0; from < JOB_STATES; from++)
        for (enum job_event on = 0; on < JOB_EVENTS; on++) {
            struct job_step step;

            if (!job_table_knows(from, on))
                continue;
            assert_false(is_end(from));
            step = job_table_step(from, on);
            assert_int_equal(step.action == ACTION_END, is_end(step.next));
        }
}

static void a_slide_needs_one_thing_at_a_time(void **state)
{
    static const struct {
        const char *sentence;
        struct slide_facts facts;
        enum slide_need need;
    } rows[] = {
        {"a new slide is drawn", {.outcome = OUTCOME_OPEN}, NEED_RASTER},
        {"a drawn slide is explained",
         {.outcome = OUTCOME_OPEN, .has_text = true, .has_picture = true},
         NEED_EXPLAIN},
        {"text without its picture is drawn again", {.outcome = OUTCOME_OPEN, .has_text = true}, NEED_RASTER},
        {"a slide that has no picture for good is explained by its text",
         {.outcome = OUTCOME_OPEN, .has_text = true, .degraded = true},
         NEED_EXPLAIN},
        {"an explained slide needs nothing",
         {.outcome = OUTCOME_EXPLAINED, .has_text = true, .has_picture = true},
         NEED_NOTHING},
        {"an explained slide whose picture was lost is drawn, not explained again",
         {.outcome = OUTCOME_EXPLAINED, .has_text = true, .picture_lost = true},
         NEED_RASTER},
        {"a failed slide stays failed", {.outcome = OUTCOME_FAILED}, NEED_NOTHING},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (job_table_slide(&rows[i].facts) != rows[i].need)
            fail_msg("%s", rows[i].sentence);
}

static void a_page_without_letters_and_ink_is_blank(void **state)
{
    (void)state;
    assert_true(job_table_blank(0, 0));
    assert_true(job_table_blank(0, 299));
    assert_false(job_table_blank(0, 300));
    assert_false(job_table_blank(1, 0));
}

static void three_deaths_or_a_hundred_attempts_are_enough(void **state)
{
    (void)state;
    assert_false(job_table_poison(2, 2));
    assert_true(job_table_poison(3, 3));
    assert_false(job_table_poison(0, 99));
    assert_true(job_table_poison(0, 100));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_goes_through_its_states),
        cmocka_unit_test(every_open_state_can_break),
        cmocka_unit_test(an_activated_job_does_what_its_state_waits_for),
        cmocka_unit_test(an_end_is_an_end),
        cmocka_unit_test(a_slide_needs_one_thing_at_a_time),
        cmocka_unit_test(a_page_without_letters_and_ink_is_blank),
        cmocka_unit_test(three_deaths_or_a_hundred_attempts_are_enough),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_job - what happens to a job, kept until the job machine applies it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "supervisor/job/job.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static struct job in_state(enum job_state state)
{
    return (struct job){.row.state = state, .event = JOB_EVENTS};
}

static void of_two_events_one_is_kept(void **state)
{
    static const struct {
        const char *sentence;
        enum job_state in;
        enum job_event first, second, kept;
    } rows[] = {
        {"the first one counts", JOB_WORKING, EVENT_LOST, EVENT_SLIDES_DONE, EVENT_LOST},
        {"the same twice is once", JOB_WORKING, EVENT_SLIDES_DONE, EVENT_SLIDES_DONE, EVENT_SLIDES_DONE},
        {"a failure goes before what would go on", JOB_WORKING, EVENT_SLIDES_DONE, EVENT_BROKEN,
         EVENT_BROKEN},
        {"nothing goes before a failure", JOB_WORKING, EVENT_BROKEN, EVENT_SLIDES_DONE, EVENT_BROKEN},
        {"what has completed a job is not undone", JOB_STORING, EVENT_STORED, EVENT_BROKEN, EVENT_STORED},
        {"an estimate that is made is given", JOB_WORKING, EVENT_ESTIMATED, EVENT_BROKEN, EVENT_ESTIMATED},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct job job = in_state(rows[i].in);

        assert_true(job_raise(&job, rows[i].first));
        assert_int_equal(job_raise(&job, rows[i].second), rows[i].kept != rows[i].first);
        if (job.event != rows[i].kept)
            fail_msg("%s: %s", rows[i].sentence, job_event_name(job.event));
        assert_int_equal(job.row.state, rows[i].in);
    }
}

static void the_first_reason_is_told(void **state)
{
    struct job job = in_state(JOB_FETCHING);

    (void)state;
    job_fail(&job, CODE_S3_NOT_FOUND, "there is no object of that name");
    job_fail(&job, CODE_JOB_DEADLINE, NULL);
    assert_string_equal(job.row.code, "S3_NOT_FOUND");
    assert_string_equal(job.row.detail, "there is no object of that name");
    free(job.row.code);
    free(job.row.detail);
}

static void without_a_sentence_the_code_speaks(void **state)
{
    static const char *const nothing[] = {NULL, ""};

    (void)state;
    for (size_t i = 0; i < COUNT(nothing); i++) {
        struct job job = in_state(JOB_WORKING);

        job_fail(&job, CODE_JOB_DEADLINE, nothing[i]);
        assert_string_equal(job.row.detail, code_doc(CODE_JOB_DEADLINE));
        free(job.row.code);
        free(job.row.detail);
    }
}

static void work_fits_a_job_that_stays_in_its_state(void **state)
{
    struct job job = in_state(JOB_WORKING);

    (void)state;
    assert_true(job_fits(&job, LANE_RASTER) && job_fits(&job, LANE_EXPLAIN) && job_fits(&job, LANE_OVERVIEW));
    assert_false(job_fits(&job, LANE_FETCH) || job_fits(&job, LANE_STORE));
    assert_true(job_raise(&job, EVENT_LOST));
    assert_false(job_fits(&job, LANE_RASTER));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_two_events_one_is_kept),
        cmocka_unit_test(the_first_reason_is_told),
        cmocka_unit_test(without_a_sentence_the_code_speaks),
        cmocka_unit_test(work_fits_a_job_that_stays_in_its_state),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

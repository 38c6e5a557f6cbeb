/* test_job_outcome - what the outcomes of all slides mean for their job */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "supervisor/job/job_outcome.h"
#include "tests/unit/job_rig.h"
#include "tests/unit/scratch.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

struct slides_row {
    enum outcome outcome;
    const char *code, *detail;
    uint32_t see_slide;
};

/* Returns whether the job has failed. */
static bool judge(struct job *job, const struct slides_row *slides, uint32_t pages)
{
    *job = (struct job){.row = {.state = JOB_WORKING, .pages = pages}, .event = JOB_EVENTS};
    job->slides = calloc(pages, sizeof *job->slides);
    for (uint32_t i = 0; i < pages; i++)
        job->slides[i].row = (struct slide_row){.slide = i + 1,
                                                .outcome = slides[i].outcome,
                                                .code = (char *)slides[i].code,
                                                .detail = (char *)slides[i].detail,
                                                .see_slide = slides[i].see_slide};
    return job_outcome_fail(job);
}

static void clear(struct job *job)
{
    free(job->slides);
    free(job->row.code);
    free(job->row.detail);
}

static void one_slide_that_is_explained_saves_the_job(void **state)
{
    static const struct {
        const char *sentence;
        struct slides_row slides[3];
        bool fails;
    } rows[] = {
        {"one is explained",
         {{OUTCOME_FAILED, "MODEL_REFUSED", "", 0},
          {OUTCOME_EXPLAINED, "", "", 0},
          {OUTCOME_FAILED, "MODEL_REFUSED", "", 0}},
         false},
        {"one is blank: that is its explanation",
         {{OUTCOME_FAILED, "MODEL_REFUSED", "", 0},
          {OUTCOME_BLANK, "", "", 0},
          {OUTCOME_FAILED, "MODEL_REFUSED", "", 0}},
         false},
        {"no page can be drawn: each is told",
         {{OUTCOME_FAILED, "RENDER_TIMEOUT", "", 0},
          {OUTCOME_FAILED, "RENDER_LIMIT", "", 0},
          {OUTCOME_FAILED, "RENDER_ERROR", "", 0}},
         false},
        {"the model explains nothing",
         {{OUTCOME_FAILED, "MODEL_REFUSED", "", 0},
          {OUTCOME_FAILED, "RENDER_ERROR", "", 0},
          {OUTCOME_FAILED, "MODEL_REFUSED", "", 0}},
         true},
        {"a step leads to a slide that failed",
         {{OUTCOME_SKIPPED, "BUILD_UP", "", 2},
          {OUTCOME_FAILED, "MODEL_REFUSED", "", 0},
          {OUTCOME_FAILED, "MODEL_REFUSED", "", 0}},
         true},
    };
    struct job job;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        bool fails = judge(&job, rows[i].slides, 3);

        if (fails != rows[i].fails || job.event != (fails ? EVENT_NOTHING_EXPLAINED : JOB_EVENTS))
            fail_msg("%s", rows[i].sentence);
        clear(&job);
    }
}

static void the_commonest_reason_is_told_in_its_own_words(void **state)
{
    static const struct slides_row slides[] = {{OUTCOME_FAILED, "RENDER_ERROR", "page", 0},
                                               {OUTCOME_FAILED, "MODEL_REFUSED", "the API said: no", 0},
                                               {OUTCOME_FAILED, "MODEL_REFUSED", "", 0}};
    struct job job;

    (void)state;
    assert_true(judge(&job, slides, 3));
    assert_string_equal(job.row.code, "ALL_SLIDES_FAILED");
    assert_non_null(strstr(job.row.detail, "2 of 3: MODEL_REFUSED, the API said: no"));
    clear(&job);
}

static void without_money_the_budget_is_the_reason(void **state)
{
    static const struct slides_row slides[] = {{OUTCOME_SKIPPED, "BUDGET_JOB", "", 0},
                                               {OUTCOME_SKIPPED, "BUDGET_JOB", NULL, 0}};
    struct job job;

    (void)state;
    assert_true(judge(&job, slides, 2));
    assert_string_equal(job.row.code, "BUDGET_JOB");
    assert_non_null(strstr(job.row.detail, code_doc(CODE_BUDGET_JOB)));
    clear(&job);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_slide_that_is_explained_saves_the_job),
        cmocka_unit_test(the_commonest_reason_is_told_in_its_own_words),
        cmocka_unit_test(without_money_the_budget_is_the_reason),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

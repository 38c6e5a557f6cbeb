/* test_job_json - what is told of jobs, and that strangers' words stay words */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

#include "proto/artifact.h"
#include "supervisor/api/cursor.h"
#include "supervisor/api/job_json.h"
#include "tests/unit/scratch.h"
#include "tests/unit/api_rig.h"

/* Takes the text over. */
static json_t *parsed(char *text)
{
    json_t *value = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

    assert_non_null(value);
    free(text);
    return value;
}

static const char *text_of(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static void yes_is_said_in_these_very_bytes(void **state)
{
    char *text = job_json_accepted("a-1");

    (void)state;
    assert_string_equal(text,
                        "{\"jobId\":\"a-1\",\"status\":\"accepted\",\"message\":\"Processing started\"}");
    free(text);
    text = job_json_resent("a-1");
    assert_string_equal(text, "{\"jobId\":\"a-1\",\"callback\":\"pending\"}");
    free(text);
}

static void an_accepted_job_has_no_figures_yet(void **state)
{
    const struct job_row row = api_row("a-1", "ana");
    json_t *job = parsed(job_json_state(rig.service.conf, rig.jobs.ledger, &row));

    (void)state;
    assert_string_equal(text_of(job, "jobId"), "a-1");
    assert_string_equal(text_of(job, "tenant"), "ana");
    assert_string_equal(text_of(job, "status"), "accepted");
    assert_true(json_is_null(json_object_get(job, "total_slides")));
    assert_true(json_is_null(json_object_get(job, "outputs")));
    assert_true(json_is_null(json_object_get(job, "error")));
    assert_true(json_is_null(json_object_get(job, "callback")));
    assert_null(json_object_get(job, "metadata"));
    assert_null(json_object_get(job, "estimate"));
    json_decref(job);
}

/* Quotes, line breaks and markup are data; what is no UTF-8 is left out, and the report is whole. */
static void words_of_strangers_stay_words(void **state)
{
    struct job_row row = api_row("a-1", "");
    json_t *job;

    (void)state;
    row.state = JOB_FAILED;
    row.title = (char *)"\"},\"status\":\"completed\",\"x\":{\"\n<script>";
    row.code = (char *)"PDF_INVALID";
    row.detail = (char *)"broken \xff\xfe";
    job = parsed(job_json_state(rig.service.conf, rig.jobs.ledger, &row));
    assert_string_equal(text_of(job, "status"), "failed");
    assert_string_equal(text_of(job, "title"), row.title);
    assert_string_equal(text_of(json_object_get(job, "error"), "code"), "PDF_INVALID");
    assert_string_equal(text_of(json_object_get(job, "error"), "message"), "");
    assert_null(json_object_get(job, "tenant")); /* of keys without a name nothing is said */
    json_decref(job);
}

static void metadata_comes_back_as_it_was_given(void **state)
{
    struct job_row row = api_row("a-1", "");
    json_t *job;

    (void)state;
    row.metadata = (char *)"{\"course\":\"cs-1\"}";
    job = parsed(job_json_state(rig.service.conf, rig.jobs.ledger, &row));
    assert_string_equal(text_of(json_object_get(job, "metadata"), "course"), "cs-1");
    json_decref(job);
    row.metadata = (char *)"{\"course\":"; /* a ledger that was damaged: the rest is told */
    job = parsed(job_json_state(rig.service.conf, rig.jobs.ledger, &row));
    assert_true(json_is_null(json_object_get(job, "metadata")));
    json_decref(job);
}

static void a_list_is_cut_into_pages_that_fit_together(void **state)
{
    enum { JOBS = 53, PAGE = 50 };
    json_t *page, *first;
    char name[16];

    (void)state;
    for (int i = 0; i < JOBS; i++) {
        snprintf(name, sizeof name, "ana-%d", i);
        api_row(name, "ana");
    }
    api_row("ben-0", "ben");
    first = parsed(job_json_list(rig.jobs.ledger, api.vault, "ana", INT64_MAX));
    assert_int_equal(json_array_size(json_object_get(first, "jobs")), PAGE);
    assert_string_equal(text_of(json_array_get(json_object_get(first, "jobs"), 0), "jobId"),
                        "ana-52"); /* newest first */
    assert_null(json_object_get(json_array_get(json_object_get(first, "jobs"), 0), "tenant"));
    page = parsed(job_json_list(rig.jobs.ledger, api.vault, "ana",
                                cursor_read(api.vault, "ana", text_of(first, "cursor"))));
    assert_int_equal(json_array_size(json_object_get(page, "jobs")), JOBS - PAGE);
    assert_string_equal(text_of(json_array_get(json_object_get(page, "jobs"), 2), "jobId"), "ana-0");
    assert_true(json_is_null(json_object_get(page, "cursor")));
    json_decref(page);
    json_decref(first);
    page = parsed(job_json_list(rig.jobs.ledger, api.vault, NULL,
                                INT64_MAX)); /* an admin sees all, and whose they are */
    assert_string_equal(text_of(json_array_get(json_object_get(page, "jobs"), 0), "tenant"), "ben");
    json_decref(page);
    page = parsed(job_json_list(rig.jobs.ledger, api.vault, "nobody", INT64_MAX));
    assert_int_equal(json_array_size(json_object_get(page, "jobs")), 0);
    json_decref(page);
}

static void a_callback_tells_the_end(void **state)
{
    struct job_row row = api_row("a-1", "ana");
    json_t *body;

    (void)state;
    row.state = JOB_FAILED;
    row.code = (char *)"PDF_INVALID";
    body = parsed(job_json_callback(rig.service.conf, rig.jobs.ledger, &row));
    assert_string_equal(text_of(body, "status"), "failed");
    assert_string_equal(text_of(json_object_get(body, "error"), "code"), "PDF_INVALID");
    assert_null(json_object_get(body, "outputs"));
    json_decref(body);
    row.state = JOB_COMPLETED;
    row.pages = 3;
    row.outputs = 1; /* of which the ledger has lost the row */
    body = parsed(job_json_callback(rig.service.conf, rig.jobs.ledger, &row));
    assert_int_equal(json_integer_value(json_object_get(json_object_get(body, "outputs"), "total_slides")),
                     3);
    assert_true(json_is_null(json_object_get(json_object_get(body, "outputs"), artifact_link(0))));
    assert_null(json_object_get(body, "error"));
    json_decref(body);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, api_begin, api_end)
    const struct CMUnitTest tests[] = {
        CASE(yes_is_said_in_these_very_bytes),
        CASE(an_accepted_job_has_no_figures_yet),
        CASE(words_of_strangers_stay_words),
        CASE(metadata_comes_back_as_it_was_given),
        CASE(a_list_is_cut_into_pages_that_fit_together),
        CASE(a_callback_tells_the_end),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

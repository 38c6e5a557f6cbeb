/* test_supervisor_request - what a request asks of the supervisor */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/front/supervisor_request.h"

#define EACH(row) for (size_t row = 0; row < sizeof rows / sizeof *rows; row++)

static const struct conf conf = {.model_cards = 5, .model_card_style = "basic", .job_language = "Spanish"};

/* The question of a target, whose tail begins behind so many bytes; -1: the error's code. */
static int make(struct supervisor_request *question, enum route_id route, const char *text, size_t behind,
                struct request_body *body, struct request_error *error)
{
    struct target target;

    assert_null(target_check(text, &target));
    return supervisor_request_make(question, route, &target, target.path + behind, target.path_size - behind,
                                   body, error);
}

static void jobs_are_named(void **state)
{
    static const struct {
        const char *target, *job; /* NULL: there is no such job */
    } rows[] = {{"/jobs/a-1", "a-1"}, {"/jobs/%61%2D1", "a-1"}, {"/jobs/a%2Fb", NULL}, {"/jobs/..", NULL},
                {"/jobs/a%00", NULL}, {"/jobs/%C3%A9", NULL},   {"/jobs/a%20b", NULL}, {"/jobs/.a", NULL}};
    struct supervisor_request question;
    struct request_error error;

    (void)state;
    EACH(i)
    {
        int rc = make(&question, ROUTE_JOB, rows[i].target, 6, NULL, &error);

        assert_int_equal(rc, rows[i].job == NULL ? -1 : 0);
        if (rc == -1) {
            assert_int_equal(error.code, CODE_JOB_NOT_FOUND);
            continue;
        }
        assert_string_equal(question.message.ask.job, rows[i].job);
        assert_int_equal(question.message.ask.about, ASK_JOB);
    }
}

static void a_long_name_is_no_job(void **state)
{
    char target[4 * MAX_JOB + 64] = "/jobs/";
    struct supervisor_request question;
    struct request_error error;

    (void)state;
    for (int i = 0; i < MAX_JOB; i++)
        strcat(target, "%61");
    assert_int_equal(make(&question, ROUTE_JOB, target, 6, NULL, &error), 0);
    assert_int_equal(strlen(question.job), MAX_JOB);
    strcat(target, "a");
    assert_int_equal(make(&question, ROUTE_JOB, target, 6, NULL, &error), -1);
    assert_int_equal(error.code, CODE_JOB_NOT_FOUND);
}

static void cursors_are_checked(void **state)
{
    static const struct {
        const char *target, *cursor; /* NULL: refused */
    } rows[] = {{"/jobs", ""},
                {"/jobs?cursor=", ""},
                {"/jobs?cursor=2026-11-30%2Fx", "2026-11-30/x"},
                {"/jobs?cursor=%00", NULL},
                {"/jobs?cursor=%0A", NULL},
                {"/jobs?cursor=%FF", NULL},
                {"/jobs?cursors=x", ""}};
    struct supervisor_request question;
    struct request_error error;

    (void)state;
    EACH(i)
    {
        int rc = make(&question, ROUTE_JOBS, rows[i].target, 5, NULL, &error);

        assert_int_equal(rc, rows[i].cursor == NULL ? -1 : 0);
        if (rc == 0)
            assert_string_equal(question.message.ask.cursor, rows[i].cursor);
        else
            assert_int_equal(error.code, CODE_INVALID_VALUE);
    }
}

static void an_admin_may_name_a_tenant(void **state)
{
    static const struct {
        const char *target;
        bool admin;
        const char *tenant; /* NULL: refused */
        bool everyone;
    } rows[] = {
        {"/jobs", false, "web", false},
        {"/jobs?tenant=lab", false, "web", false}, /* nobody else gets at another's jobs */
        {"/jobs", true, "", true},
        {"/jobs?tenant=lab", true, "lab", false},
        {"/jobs?tenant=", true, "", false},
        {"/jobs?tenant=a%20b", true, NULL, false},
        {"/jobs?tenant=%00", true, NULL, false},
        {"/jobs?tenant=aaaaaaaaaabbbbbbbbbbcccccccccc123", true, NULL, false},
    };

    (void)state;
    EACH(i)
    {
        struct caller caller = {.client = "c", .admin = rows[i].admin};
        struct supervisor_request question;
        struct request_error error;
        struct target target;
        int rc;

        strcpy(caller.tenant, rows[i].admin ? "" : "web");
        assert_null(target_check(rows[i].target, &target));
        assert_int_equal(make(&question, ROUTE_JOBS, rows[i].target, 5, NULL, &error), 0);
        rc = supervisor_request_complete(&question, &conf, &caller, false, &target, &error);
        assert_int_equal(rc, rows[i].tenant == NULL ? -1 : 0);
        if (rc == -1)
            continue;
        assert_string_equal(question.message.ask.tenant, rows[i].tenant);
        assert_int_equal(question.message.ask.everyone, rows[i].everyone);
    }
}

/* The whole service is shown to who may see it, whatever tenant he has. */
static void health_is_whole_for_some(void **state)
{
    static const enum route_id routes[] = {ROUTE_HEALTH, ROUTE_METRICS};
    const struct caller caller = {.tenant = "web"};
    struct supervisor_request question;
    struct request_error error;
    struct target target;

    (void)state;
    assert_null(target_check("/", &target));
    for (size_t i = 0; i < 2; i++)
        for (int whole = 0; whole <= 1; whole++) {
            assert_int_equal(make(&question, routes[i], "/", 1, NULL, &error), 0);
            assert_int_equal(
                supervisor_request_complete(&question, &conf, &caller, whole == 1, &target, &error), 0);
            assert_int_equal(question.message.ask.everyone, whole);
            assert_string_equal(question.message.ask.tenant, "web");
        }
}

static void submit(struct supervisor_request *question, enum route_id route, char *json)
{
    const struct caller caller = {.client = "c1", .tenant = "web"};
    struct request_body body = {.kept = true, .text = json, .size = strlen(json)};
    struct request_error error;
    struct target target;

    assert_null(target_check("/process", &target));
    assert_int_equal(make(question, route, "/process", 8, &body, &error), 0);
    assert_int_equal(supervisor_request_complete(question, &conf, &caller, false, &target, &error), 0);
}

static void what_is_not_said_is_as_configured(void **state)
{
    struct supervisor_request question;
    const struct wire_submit *sent = &question.message.submit;

    (void)state;
    submit(&question, ROUTE_PROCESS, "{\"jobId\":\"j\",\"s3Key\":\"k\"}");
    assert_string_equal(sent->job, "j");
    assert_string_equal(sent->key, "k");
    assert_string_equal(sent->client, "c1");
    assert_string_equal(sent->tenant, "web");
    assert_string_equal(sent->language, "Spanish");
    assert_int_equal(sent->cards, 5);
    assert_string_equal(card_style_name(sent->card_style), "basic");
    assert_false(sent->estimate);
    wire_clear(&question.message);
    submit(&question, ROUTE_PROCESS,
           "{\"jobId\":\"j\",\"s3Key\":\"k\",\"language\":\"French\",\"cards\":{\"style\":\"cloze\","
           "\"max_per_slide\":0}}");
    assert_string_equal(sent->language, "French");
    assert_int_equal(sent->cards, 0);
    assert_string_equal(card_style_name(sent->card_style), "cloze");
    wire_clear(&question.message);
}

/* The caller's name stays free for the real job. */
static void an_estimate_is_a_job_of_its_own(void **state)
{
    struct supervisor_request question;
    char first[MAX_JOB + 1];

    (void)state;
    submit(&question, ROUTE_ESTIMATE, "{\"jobId\":\"j\",\"s3Key\":\"k\"}");
    assert_true(question.message.submit.estimate);
    assert_memory_equal(question.job, "estimate-", 9);
    strcpy(first, question.job);
    wire_clear(&question.message);
    submit(&question, ROUTE_ESTIMATE, "{\"s3Key\":\"k\"}");
    assert_string_not_equal(question.job, first);
    wire_clear(&question.message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jobs_are_named),
        cmocka_unit_test(a_long_name_is_no_job),
        cmocka_unit_test(cursors_are_checked),
        cmocka_unit_test(an_admin_may_name_a_tenant),
        cmocka_unit_test(health_is_whole_for_some),
        cmocka_unit_test(what_is_not_said_is_as_configured),
        cmocka_unit_test(an_estimate_is_a_job_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_ask - who is told what: a tenant of its own jobs, an admin of all */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "supervisor/api/ask.h"
#include "supervisor/api/cursor.h"
#include "tests/unit/scratch.h"
#include "tests/unit/api_rig.h"

static void ask(enum ask_about about, const char *job, const char *tenant, bool everyone, const char *cursor)
{
    const struct wire_ask asked = {
        .request = 7, .about = about, .job = job, .cursor = cursor, .tenant = tenant, .everyone = everyone};

    ask_answer(&api.ask, api.front, &asked);
}

static void a_job_is_shown_to_its_tenant_and_to_admins(void **state)
{
    (void)state;
    api_row("a", "ana");
    ask(ASK_JOB, "a", "ana", false, "");
    api_answered(7, 200, "");
    ask(ASK_JOB, "a", "ben", false, "");
    api_answered(7, 404, "JOB_NOT_FOUND");
    ask(ASK_JOB, "a", "", true, "");
    api_answered(7, 200, "");
    ask(ASK_JOB, "", "ana", false, "");
    api_answered(7, 404, "JOB_NOT_FOUND");
}

/* Two tenants may use one name; an admin who names it must say whose. */
static void a_name_of_two_tenants_is_ambiguous_to_an_admin(void **state)
{
    (void)state;
    api_row("a", "ana");
    api_row("a", "ben");
    ask(ASK_JOB, "a", "", true, "");
    api_answered(7, code_status(CODE_JOB_AMBIGUOUS), "JOB_AMBIGUOUS");
    ask(ASK_JOB, "a", "ben", false, "");
    api_answered(7, 200, "");
}

static void a_callback_comes_again_only_if_there_was_one(void **state)
{
    struct job_row row;

    (void)state;
    row = api_row("a", "ana");
    ask(ASK_CALLBACK, "a", "ben", false, "");
    api_answered(7, 404, "JOB_NOT_FOUND");
    ask(ASK_CALLBACK, "a", "ana", false, "");
    api_answered(7, code_status(CODE_JOB_NOT_ENDED), "JOB_NOT_ENDED");
    row.state = JOB_FAILED;
    ledger_job_update(rig.jobs.ledger, &row);
    conf_set(&rig.service.conf->callback_url, "");
    ask(ASK_CALLBACK, "a", "ana", false, "");
    api_answered(7, code_status(CODE_NO_CALLBACK), "NO_CALLBACK");
    conf_set(&rig.service.conf->callback_url, "http://127.0.0.1:1/");
    ask(ASK_CALLBACK, "a", "ana", false, "");
    api_answered(7, 202, "");
    assert_int_equal(outbox_count(rig.jobs.outbox), 1);
}

static void a_list_goes_on_only_from_its_own_cursor(void **state)
{
    char *cursor = cursor_make(api.vault, "ana", 10);

    (void)state;
    ask(ASK_JOBS, "", "ana", false, "");
    api_answered(7, 200, "");
    ask(ASK_JOBS, "", "ana", false, cursor);
    api_answered(7, 200, "");
    ask(ASK_JOBS, "", "ben", false, cursor);
    api_answered(7, code_status(CODE_INVALID_VALUE), "INVALID_VALUE");
    ask(ASK_JOBS, "", "", true, "'; DROP TABLE job; --");
    api_answered(7, code_status(CODE_INVALID_VALUE), "INVALID_VALUE");
    free(cursor);
}

static void figures_are_for_admins(void **state)
{
    (void)state;
    ask(ASK_METRICS, "", "ana", false, "");
    api_answered(7, code_status(CODE_ADMIN_ONLY), "ADMIN_ONLY");
    ask(ASK_METRICS, "", "", true, "");
    api_answered(7, 200, "");
    ask(ASK_HEALTH, "", "", false, ""); /* no worker is there */
    api_answered(7, 503, "");
}

static void the_probe_names_the_first_thing_in_the_way(void **state)
{
    (void)state;
    ask(ASK_PROBE, "", "", false, "");
    api_answered(7, code_status(CODE_NOT_READY), "NOT_READY");
    for (int i = 0; i < STAGE_KINDS; i++)
        if (i != STAGE_FRONT)
            rig_worker(rig.jobs.pool, (enum stage_kind)i, 1);
    ask(ASK_PROBE, "", "", false, "");
    api_answered(7, 200, "");
    rig.service.conf->limit_jobs_open = 0;
    ask(ASK_PROBE, "", "", false, "");
    api_answered(7, code_status(CODE_QUEUE_FULL), "QUEUE_FULL");
    rig.service.draining = true;
    ask(ASK_PROBE, "", "", false, "");
    api_answered(7, code_status(CODE_SHUTTING_DOWN), "SHUTTING_DOWN");
    rig.schedule.stalls[LANE_FETCH].strikes = 1;
    ask(ASK_PROBE, "", "", false, "");
    api_answered(7, code_status(CODE_WEDGED), code_name(CODE_WEDGED));
}

/* Jobs that came while no key was needed have no client, and stay nobody's. */
static void a_key_that_is_given_a_name_takes_its_own_jobs_along(void **state)
{
    struct job_row mine = {.job = (char *)"mine",
                           .digest = (char *)"d",
                           .key = (char *)"k",
                           .email = (char *)"",
                           .language = (char *)"",
                           .filename = (char *)"",
                           .document = (char *)"",
                           .client = (char *)"c0ffee",
                           .tenant = (char *)""};

    (void)state;
    assert_true(ledger_job_add(rig.jobs.ledger, &mine));
    api_row("nobodys", "");
    ask_named(&api.ask, &(struct wire_named){.client = "c0ffee", .tenant = "ana"});
    ask_named(&api.ask, &(struct wire_named){.client = "", .tenant = "ben"});
    ask(ASK_JOB, "mine", "ana", false, "");
    api_answered(7, 200, "");
    ask(ASK_JOB, "nobodys", "ben", false, "");
    api_answered(7, 404, "JOB_NOT_FOUND");
    ask(ASK_JOB, "nobodys", "", false, "");
    api_answered(7, 200, "");
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, api_begin, api_end)
    const struct CMUnitTest tests[] = {
        CASE(a_job_is_shown_to_its_tenant_and_to_admins),
        CASE(a_name_of_two_tenants_is_ambiguous_to_an_admin),
        CASE(a_callback_comes_again_only_if_there_was_one),
        CASE(a_list_goes_on_only_from_its_own_cursor),
        CASE(figures_are_for_admins),
        CASE(the_probe_names_the_first_thing_in_the_way),
        CASE(a_key_that_is_given_a_name_takes_its_own_jobs_along),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

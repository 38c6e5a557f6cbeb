/* test_submit - a job that is asked for: accepted, known already, or refused */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "supervisor/api/submit.h"
#include "tests/unit/scratch.h"
#include "tests/unit/api_rig.h"

/* A SUBMIT as front sends it; what its test is about is changed. */
#define DIGEST  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define ANOTHER "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

static struct wire submit_of(const char *job, const char *tenant)
{
    struct wire message;

    wire_init(&message, WIRE_SUBMIT);
    message.submit.request = 7;
    message.submit.job = job;
    message.submit.key = "a.pdf";
    message.submit.language = "English";
    message.submit.digest = DIGEST;
    message.submit.tenant = tenant;
    message.submit.client = "c0ffee";
    message.submit.cards = 3;
    return message;
}

static void submit(struct wire message)
{
    submit_take(&api.submit, api.front, &message);
    wire_clear(&message);
}

/* Waits until what came along is on the disk. */
static void wait_for_disk(void)
{
    for (int waited = 0; !blobs_idle(rig.jobs.blobs) && waited < RIG_PATIENCE_MS; waited += 10) {
        struct pollfd items[BLOB_FDS];
        int fds[BLOB_FDS];

        blobs_fds(rig.jobs.blobs, fds);
        for (int i = 0; i < BLOB_FDS; i++)
            items[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
        poll(items, BLOB_FDS, 10);
        blobs_turn(rig.jobs.blobs);
    }
    assert_true(blobs_idle(rig.jobs.blobs));
}

static void the_same_request_is_one_job(void **state)
{
    struct wire other = submit_of("a", "ana");
    struct job_row row;

    (void)state;
    submit(submit_of("a", "ana"));
    api_answered(7, 202, "");
    assert_int_equal(api_open_jobs(), 1);
    submit(submit_of("a", "ana"));
    api_answered(7, 202, "");
    assert_int_equal(api_open_jobs(), 1);
    other.submit.digest = ANOTHER;
    submit(other);
    api_answered(7, code_status(CODE_JOB_CONFLICT), "JOB_CONFLICT");
    other = submit_of("a", "ana");
    other.submit.estimate = 1; /* an estimate is another thing than the job */
    submit(other);
    api_answered(7, code_status(CODE_JOB_CONFLICT), "JOB_CONFLICT");
    submit(submit_of("a", "ben")); /* another tenant's name is its own */
    api_answered(7, 202, "");
    assert_int_equal(api_open_jobs(), 2);
    assert_true(ledger_job_find(rig.jobs.ledger, "ana", "a", &row));
    assert_string_equal(row.key, "a.pdf");
    assert_int_equal(row.state, JOB_ACCEPTED);
    assert_int_equal(row.cards, rig.service.conf->model_cards); /* of the local client, which names none */
    job_row_clear(&row);
}

static void quotas_are_kept(void **state)
{
    (void)state;
    rig.service.conf->limit_key_jobs_open = 1;
    submit(submit_of("a", "ana"));
    api_answered(7, 202, "");
    submit(submit_of("b", "ana"));
    api_answered(7, code_status(CODE_KEY_QUEUE_FULL), "KEY_QUEUE_FULL");
    submit(submit_of("b", "ben"));
    api_answered(7, 202, "");
    rig.service.conf->limit_jobs_open = (int64_t)api_open_jobs();
    submit(submit_of("c", "cleo"));
    api_answered(7, code_status(CODE_QUEUE_FULL), "QUEUE_FULL");
    submit(submit_of("a", "ana")); /* what is known already needs no room */
    api_answered(7, 202, "");
}

static void who_stops_takes_nothing_new(void **state)
{
    struct wire answer;

    (void)state;
    submit(submit_of("a", "ana"));
    api_answered(7, 202, "");
    rig.service.draining = true;
    submit(submit_of("b", "ana"));
    answer = api_answer();
    assert_string_equal(answer.answer.code, "SHUTTING_DOWN");
    assert_int_equal(answer.answer.retry_after_ms, 10000);
    wire_clear(&answer);
    submit(submit_of("a", "ana"));
    api_answered(7, 202, "");
}

/* The yes to an upload comes when its bytes are kept, and not before. */
static void an_upload_is_accepted_when_it_is_kept(void **state)
{
    struct wire message = submit_of("up", "ana");
    struct job_row row;

    (void)state;
    message.submit.key = "";
    wire_add_owned(&message, strdup("%PDF-1.7"), 8);
    submit_take(&api.submit, api.front, &message);
    assert_int_equal(message.type, WIRE_NONE); /* it was taken over */
    assert_int_equal(api_open_jobs(), 0);
    assert_true(rig_is_silent(api.front));
    wait_for_disk();
    assert_int_equal(api_open_jobs(), 1);
    api_answered(7, 202, "");
    assert_true(ledger_job_find(rig.jobs.ledger, "ana", "up", &row));
    assert_int_equal(strlen(row.document), 64);
    job_row_clear(&row);
}

/* Two uploads of one name under way: the first that is kept has it. */
static void the_second_of_two_uploads_is_the_same_job_or_a_conflict(void **state)
{
    static const char *const digests[] = {DIGEST, DIGEST, ANOTHER};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct wire message = submit_of("up", "ana");

        message.submit.request = 10 + i;
        message.submit.key = "";
        message.submit.digest = digests[i];
        wire_add_owned(&message, strdup("%PDF-1.7"), 8);
        wire_own(&message);
        submit_take(&api.submit, api.front, &message);
    }
    wait_for_disk();
    assert_int_equal(api_open_jobs(), 1);
    api_answered(10, 202, "");
    api_answered(11, 202, "");
    api_answered(12, code_status(CODE_JOB_CONFLICT), "JOB_CONFLICT");
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, api_begin, api_end)
    const struct CMUnitTest tests[] = {
        CASE(the_same_request_is_one_job),
        CASE(quotas_are_kept),
        CASE(who_stops_takes_nothing_new),
        CASE(an_upload_is_accepted_when_it_is_kept),
        CASE(the_second_of_two_uploads_is_the_same_job_or_a_conflict),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}

/* api_rig - what front asks, on top of the room of the jobs (job_rig.h): askers, ask, submit, inbox, and a
 * front without a process
 *
 * api_begin and api_end are cmocka's setup and teardown of a test.
 */
#ifndef TESTS_UNIT_API_RIG_H
#define TESTS_UNIT_API_RIG_H

#include "supervisor/inbox.h"
#include "tests/unit/job_rig.h"

static struct api_rig {
    struct vault *vault;
    struct askers *askers;
    struct ask ask;
    struct submit submit;
    struct inbox inbox;
    struct worker *front;
    void *ear; /* front's end of its socket */
} api;

static int api_begin(void **state)
{
    static unsigned number;
    struct jobs *jobs = &rig.jobs;
    char name[32];

    (void)state;
    snprintf(name, sizeof name, "api-%u.sqlite", ++number);
    rig_begin(name);
    api.vault = jobs->vault = vault_open();
    api.front = rig_worker(jobs->pool, STAGE_FRONT, 0);
    api.ear = rig_listen(jobs->pool, api.front);
    api.askers = askers_new(&rig.service, jobs->ledger, jobs->pool);
    api.submit = (struct submit){.service = &rig.service,
                                 .ledger = jobs->ledger,
                                 .blobs = jobs->blobs,
                                 .vault = api.vault,
                                 .pool = jobs->pool,
                                 .schedule = &rig.schedule,
                                 .tenants = jobs->tenants,
                                 .jobs = jobs->list,
                                 .askers = api.askers};
    api.ask = (struct ask){.service = &rig.service,
                           .ledger = jobs->ledger,
                           .vault = api.vault,
                           .outbox = jobs->outbox,
                           .vitals = {.service = &rig.service,
                                      .blobs = jobs->blobs,
                                      .pool = jobs->pool,
                                      .lanes = jobs->lanes,
                                      .schedule = &rig.schedule,
                                      .admissions = jobs->admissions,
                                      .outbox = jobs->outbox,
                                      .jobs = jobs->list}};
    api.inbox = (struct inbox){.service = &rig.service,
                               .ledger = jobs->ledger,
                               .pool = jobs->pool,
                               .admissions = jobs->admissions,
                               .jobs = jobs,
                               .ask = &api.ask,
                               .submit = &api.submit};
    return 0;
}

static int api_end(void **state)
{
    (void)state;
    zmq_close(api.ear);
    askers_free(&api.askers);
    rig_end();
    vault_free(&api.vault);
    return 0;
}

/* The next ANSWER that front hears. The caller clears it. */
static inline struct wire api_answer(void)
{
    struct wire answer = rig_hear_at(api.ear, api.front);

    assert_int_equal(answer.type, WIRE_ANSWER);
    return answer;
}

/* Front hears that status and code ("": it is a yes) for the request. */
static inline void api_answered(uint64_t request, unsigned status, const char *code)
{
    struct wire answer = api_answer();

    assert_int_equal(answer.answer.request, request);
    assert_string_equal(answer.answer.code, code);
    assert_int_equal(answer.answer.status, status);
    wire_clear(&answer);
}

/* An accepted job of that tenant, in the ledger; the texts are not the row's. */
static inline struct job_row api_row(const char *job, const char *tenant)
{
    struct job_row row = rig_row(job, "a.pdf");

    row.tenant = row.owner = (char *)tenant;
    row.title = row.outline = row.code = row.detail = row.overview = row.metadata = (char *)"";
    assert_true(ledger_job_add(rig.jobs.ledger, &row));
    return row;
}

static inline uint64_t api_open_jobs(void)
{
    return job_list_counts(rig.jobs.list)->open;
}

#endif

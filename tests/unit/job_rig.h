/* job_rig - the room of the jobs with a real ledger, blobs and lanes, and workers without processes
 *
 * Its folder is the current one (scratch.h).  Between rig_begin() and rig_end() `rig` is all there is.
 */
#ifndef TESTS_UNIT_JOB_RIG_H
#define TESTS_UNIT_JOB_RIG_H

#include <stdlib.h>
#include <string.h>

#include "supervisor/job/jobs.h"
#include "supervisor/job/lease_message.h"
#include "tests/unit/pool_rig.h"

static struct rig {
    struct service service;
    struct schedule schedule;
    struct jobs jobs;
    uint64_t estimates; /* that were told */
} rig;

static char *rig_body(void *arg, const struct job_row *row)
{
    (void)arg;
    return strdup(row->code);
}

static void rig_estimated(void *arg, const struct job_row *row)
{
    (void)row;
    ++*(uint64_t *)arg;
}

/* name: of the ledger's file, different in each test. */
static inline void rig_begin(const char *name)
{
    struct jobs *jobs = &rig.jobs;
    struct money_rows rows;

    rig = (struct rig){.service = {.conf = conf_load(NULL, stderr), .now_ms = 1000}};
    assert_non_null(rig.service.conf);
    conf_set(&rig.service.conf->callback_url, "http://127.0.0.1:1/");
    *jobs = (struct jobs){.service = &rig.service,
                          .ledger = ledger_open(name),
                          .blobs = blobs_open("blobs"),
                          .pool = rig_pool(rig.service.conf),
                          .lanes = lanes_new(),
                          .in_flight = in_flight_new(),
                          .tenants = tenants_new(),
                          .schedule = &rig.schedule,
                          .listener = {rig_estimated, &rig.estimates}};
    jobs->list = job_list_new(jobs->ledger, jobs->blobs, jobs->tenants);
    rows = job_list_money_rows(jobs->list);
    jobs->budget = budget_new(&rig.service, jobs->ledger, &rows);
    jobs->admissions = admission_new(&rig.service, jobs->ledger, jobs->pool, jobs->budget, &rows);
    jobs->outbox = outbox_new(&rig.service, jobs->ledger, jobs->lanes, jobs->tenants, rig_body, NULL);
    rig.schedule = (struct schedule){.service = &rig.service,
                                     .pool = jobs->pool,
                                     .lanes = jobs->lanes,
                                     .blobs = jobs->blobs,
                                     .admissions = jobs->admissions,
                                     .source = lease_message_source(jobs)};
    jobs_join(jobs);
}

static inline void rig_end(void)
{
    worker_pool_free(&rig.jobs.pool);
    job_list_free(&rig.jobs.list);
    outbox_free(&rig.jobs.outbox);
    admission_free(&rig.jobs.admissions);
    budget_free(&rig.jobs.budget);
    tenants_free(&rig.jobs.tenants);
    in_flight_free(&rig.jobs.in_flight);
    lanes_free(&rig.jobs.lanes);
    blobs_close(&rig.jobs.blobs);
    ledger_close(&rig.jobs.ledger);
    conf_free(&rig.service.conf);
}

/* What a request without wishes makes; the texts are not the row's. */
static inline struct job_row rig_row(const char *name, const char *key)
{
    return (struct job_row){.job = (char *)name,
                            .digest = (char *)"digest",
                            .key = (char *)key,
                            .email = (char *)"",
                            .language = (char *)"English",
                            .filename = (char *)"",
                            .document = (char *)"",
                            .tenant = (char *)""};
}

/* Accepts the job; returns its number. */
static inline int64_t rig_accept(struct job_row row)
{
    assert_true(ledger_job_add(rig.jobs.ledger, &row));
    job_list_accepted(rig.jobs.list, row.tenant);
    return row.id;
}

/* An accepted job that is active in this state, with so many new slides; owned by the list. Nothing is queued
 * for it. */
static inline struct job *rig_job(struct job_row row, enum job_state state, uint32_t pages)
{
    const int64_t id = rig_accept(row);
    struct job_row read;

    assert_true(ledger_job_read(rig.jobs.ledger, id, &read));
    read.state = state;
    read.pages = pages;
    ledger_slides_add(rig.jobs.ledger, id, pages);
    ledger_job_update(rig.jobs.ledger, &read);
    return job_list_add(rig.jobs.list, &read);
}

/* Puts a blob into the store, held, and writes its name. */
static inline void rig_blob(const char *bytes, char name[SHA_ROOM])
{
    char path[128];
    FILE *file;

    blob_name(bytes, strlen(bytes), name);
    snprintf(path, sizeof path, "blobs/%.2s/%s", name, name);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(bytes, file) >= 0);
    assert_int_equal(fclose(file), 0);
    blobs_hold(rig.jobs.blobs, name);
}

/* The slide is drawn: its text layer is this, and its picture those bytes. It is busy, as a slide is until
 * its end. */
static inline void rig_draw(struct job *job, uint32_t number, const char *layer, const char *picture)
{
    struct slide_row *slide = job_slide_row(job, number);

    rig_blob(layer, slide->text);
    rig_blob(picture, slide->picture);
    slide->letters = 100;
    job_set_busy(job, number, true);
}

/* A lease for work of the job in the worker's hands, as dispatch makes it. */
static inline struct lease *rig_lease(struct worker *worker, const struct job *job, enum lane_id lane,
                                      uint32_t item)
{
    static uint64_t last;
    struct lease *lease = worker_lease(worker, ++last, job_work(job, lane, item));

    lease->attempt = 1;
    lease->issued_ms = rig.service.now_ms;
    lease->deadline_ms = rig.service.now_ms + 60000;
    return lease;
}

/* A message that carries these bytes. */
static inline void rig_message(struct wire *message, enum wire_type type, const char *bytes)
{
    wire_init(message, type);
    wire_add_copy(message, bytes, strlen(bytes));
}

static inline size_t rig_due(enum lane_id lane)
{
    return lanes_due(rig.jobs.lanes, lane);
}

/* Waiting for their time. */
static inline size_t rig_later(enum lane_id lane)
{
    return lanes_depth(rig.jobs.lanes, lane) - lanes_due(rig.jobs.lanes, lane);
}

#endif

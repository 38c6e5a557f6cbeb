/* job_activate - see job_activate.h */
#include "supervisor/job/job_activate.h"

#include "proto/log.h"
#include "supervisor/job/worker_adopt.h"

enum { RECOVER_AT_ONCE = 256 };

struct walk {
    struct jobs *jobs;
    int64_t last;
};

static void on_open_job(void *arg, struct job_row *row)
{
    struct walk *walk = arg;

    blobs_hold(walk->jobs->blobs, row->document);
    blobs_hold(walk->jobs->blobs, row->previous_sha);
    walk->last = row->id;
    job_row_clear(row);
}

/* The job may have ended meanwhile, or gone on with an answer that a living worker had for it. */
static void on_checked(void *arg, const struct blob_check *check)
{
    struct jobs *jobs = arg;
    struct job *job = job_list_find(jobs->list, check->job);

    if (job == NULL || !job->checking)
        return;
    job->checking = false;
    job_raise(job, EVENT_ACTIVATED);
}

static void on_waiting_job(void *arg, struct job_row *row)
{
    struct jobs *jobs = arg;
    struct blob_check *check;
    struct job *job;

    tenants_took(jobs->tenants, tenants_at(jobs->tenants, row->tenant), row->id);
    job = job_list_add(jobs->list, row);
    adopt_job(jobs->pool, job);
    if (job->row.id > jobs->last_found) {
        job_raise(job, EVENT_ACTIVATED);
        return;
    }
    check = blob_check_new(job->row.id, on_checked, jobs);
    job_list_add_blobs(jobs->list, job, check);
    job->checking = true;
    blobs_check(jobs->blobs, check);
}

void job_activate(struct jobs *jobs)
{
    const struct job_counts *counts = job_list_counts(jobs->list);
    const unsigned max = (unsigned)jobs->service->conf->limit_jobs_active;
    bool found = !jobs->service->interrupting;
    struct tenant *tenant;

    while (found && counts->active < max && (tenant = tenants_turn(jobs->tenants)) != NULL) {
        unsigned before = counts->active;

        ledger_jobs_waiting(jobs->ledger, tenant->name, tenant->last_job, 1, on_waiting_job, jobs);
        found = counts->active > before;
    }
}

void job_activate_recover(struct jobs *jobs)
{
    struct walk walk = {.jobs = jobs};
    int64_t before = -1;

    job_list_count_open(jobs->list);
    while (walk.last != before) {
        before = walk.last;
        ledger_jobs_open(jobs->ledger, before, RECOVER_AT_ONCE, on_open_job, &walk);
    }
    jobs->last_found = walk.last;
    job_activate(jobs);
    blobs_sweep(jobs->blobs);
    log_info(jobs_recovered, log_int("open_jobs", (int64_t)job_list_counts(jobs->list)->open),
             log_int("active_jobs", job_list_counts(jobs->list)->active));
}

/* job_life - see job_life.h */
#include "supervisor/job/job_life.h"

#include <stdlib.h>
#include <string.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "supervisor/job/artifacts.h"
#include "supervisor/job/batch.h"
#include "supervisor/job/jobs.h"

struct load {
    struct jobs *jobs;
    struct job *job;
};

/* The row's texts move over; an answer is not kept in memory. */
static void on_slide(void *arg, struct slide_row *row)
{
    const struct load *load = arg;
    struct slide_row *slide = job_slide_row(load->job, row->slide);

    if (slide == NULL) { /* a row of a page the document does not have */
        log_error(slide_unknown, log_job(load->job->row.job), log_int("slide", row->slide));
        return;
    }
    *slide = *row;
    free(slide->answer);
    slide->answer = NULL;
    blobs_hold(load->jobs->blobs, slide->text);
    blobs_hold(load->jobs->blobs, slide->picture);
    load->job->open += slide->outcome == OUTCOME_OPEN;
    memset(row, 0, sizeof *row);
}

void job_slides(struct jobs *jobs, struct job *job)
{
    struct load load = {jobs, job};

    if (job->slides != NULL)
        return;
    job->slides = need_zero(job->row.pages, sizeof *job->slides);
    ledger_slides(jobs->ledger, job->row.id, false, on_slide, &load);
}

struct job *job_new(struct jobs *jobs, struct job_row *row)
{
    struct job *job = need_zero(1, sizeof *job);

    job->row = *row;
    memset(row, 0, sizeof *row);
    job->event = JOB_EVENTS;
    job->next = jobs->first;
    jobs->first = job;
    jobs->active++;
    job->tenant = tenants_at(jobs->tenants, job->row.tenant);
    job->tenant->active++;
    if (job->row.pages > 0)
        job_slides(jobs, job);
    artifacts_hold(jobs, job);
    return job;
}

static void job_free(struct jobs *jobs, struct job **at)
{
    struct job *job = *at;

    *at = job->next;
    for (uint32_t i = 0; job->slides != NULL && i < job->row.pages; i++) {
        slide_row_clear(&job->slides[i].row);
        build_up_free(&job->slides[i].build_up);
    }
    batches_free(jobs, job);
    free(job->slides);
    job_row_clear(&job->row);
    free(job);
}

void job_end(struct jobs *jobs, struct job *job)
{
    struct job **at = &jobs->first;

    for (uint32_t i = 0; job->slides != NULL && i < job->row.pages; i++) {
        blobs_drop(jobs->blobs, job->slides[i].row.text);
        blobs_drop(jobs->blobs, job->slides[i].row.picture);
    }
    artifacts_drop(jobs, job);
    blobs_drop(jobs->blobs, job->row.document);
    blobs_drop(jobs->blobs, job->row.previous_sha);
    while (*at != job)
        at = &(*at)->next;
    jobs->active--;
    job->tenant->active--;
    job_free(jobs, at);
}

void job_blobs(struct jobs *jobs, const struct job *job, struct blob_check *check)
{
    blob_check_add(check, job->row.document);
    blob_check_add(check, job->row.previous_sha);
    for (uint32_t i = 0; job->slides != NULL && i < job->row.pages; i++) {
        blob_check_add(check, job->slides[i].row.text);
        blob_check_add(check, job->slides[i].row.picture);
    }
    artifacts_check(jobs, job, check);
}

void jobs_free(struct jobs *jobs)
{
    while (jobs->first != NULL)
        job_free(jobs, &jobs->first);
}

void job_accepted(struct jobs *jobs, const char *tenant)
{
    jobs->open++;
    tenants_at(jobs->tenants, tenant)->open++;
}

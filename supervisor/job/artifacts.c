/* artifacts - see artifacts.h */
#include "supervisor/job/artifacts.h"

#include <stdlib.h>
#include <string.h>

#include "proto/log.h"
#include "supervisor/job/job.h"
#include "supervisor/job/jobs.h"

enum { DISK_FULL_MS = 5000 };

/* ---- their files ---- */

void artifacts_hold(struct jobs *jobs, const struct job *job)
{
    struct artifact_row row;

    for (unsigned n = 0; n < ARTIFACTS; n++)
        if (ledger_artifact_find(jobs->ledger, job->row.id, n, &row)) {
            blobs_hold(jobs->blobs, row.sha);
            free(row.url);
        }
}

void artifacts_drop(struct jobs *jobs, const struct job *job)
{
    struct artifact_row row;

    for (unsigned n = 0; n < ARTIFACTS; n++)
        if (ledger_artifact_find(jobs->ledger, job->row.id, n, &row)) {
            blobs_drop(jobs->blobs, row.sha);
            free(row.url);
        }
}

void artifacts_check(struct jobs *jobs, const struct job *job, struct blob_check *check)
{
    struct artifact_row row;

    for (unsigned n = 0; n < ARTIFACTS; n++)
        if (ledger_artifact_find(jobs->ledger, job->row.id, n, &row)) {
            blob_check_add(check, row.sha);
            free(row.url);
        }
}

/* ---- made ---- */

static void put_artifact(struct jobs *jobs, const struct job *job, unsigned n, const struct artifact_row *row)
{
    struct artifact_row old;

    blobs_hold(jobs->blobs, row->sha);
    if (ledger_artifact_find(jobs->ledger, job->row.id, n, &old)) { /* made again after its file was lost */
        blobs_drop(jobs->blobs, old.sha);
        free(old.url);
    }
    ledger_artifact_set(jobs->ledger, job->row.id, n, row);
}

/* One file for each output, in their order. */
void artifacts_on_assembled(struct jobs *jobs, struct job *job, const struct blob_write *kept)
{
    size_t at = 0;

    if (job->row.state != JOB_ASSEMBLING)
        return;
    if (kept->error != 0) {
        lanes_add(jobs->lanes, job_work(job, LANE_ASSEMBLE, 0), jobs->service->now_ms + DISK_FULL_MS);
        return;
    }
    for (unsigned n = 0; n < ARTIFACTS; n++) {
        struct artifact_row row = {0};

        if (!artifact_made(job->row.outputs, n))
            continue;
        row.bytes = (int64_t)kept->sizes[at];
        memcpy(row.sha, kept->names[at++], sizeof row.sha);
        put_artifact(jobs, job, n, &row);
    }
    job_raise(job, EVENT_ASSEMBLED);
}

/* ---- stored ---- */

/* A bit for each artifact of the job that is not stored yet. false: the ledger lacks one of them. */
static bool unstored(struct jobs *jobs, const struct job *job, unsigned *bits)
{
    struct artifact_row row;

    *bits = 0;
    for (uint32_t n = 0; n < ARTIFACTS; n++) {
        if (!artifact_made(job->row.outputs, n))
            continue;
        if (!ledger_artifact_find(jobs->ledger, job->row.id, n, &row)) {
            log_error(artifact_missing, log_job(job->row.job), log_str("output", artifact_link(n)));
            return false;
        }
        if (row.url == NULL)
            *bits |= 1u << n;
        free(row.url);
    }
    return true;
}

/* Its documents are made again: a row of them is not there any more. */
static void make_again(struct jobs *jobs, struct job *job)
{
    lanes_drop(jobs->lanes, job->row.id);
    job_raise(job, EVENT_LOST);
}

/* What is stored already is not stored again. */
void artifacts_store(struct jobs *jobs, struct job *job)
{
    unsigned bits;

    if (!unstored(jobs, job, &bits)) {
        make_again(jobs, job);
        return;
    }
    for (uint32_t n = 0; n < ARTIFACTS; n++)
        if ((bits & 1u << n) != 0)
            lanes_add(jobs->lanes, job_work(job, LANE_STORE, n), 0);
    if (bits == 0)
        job_raise(job, EVENT_STORED);
}

void artifacts_on_stored(struct jobs *jobs, struct job *job, uint32_t n, struct wire *result)
{
    struct artifact_row row;
    unsigned bits;

    if (job->row.state != JOB_STORING || !ledger_artifact_find(jobs->ledger, job->row.id, n, &row))
        return;
    job_text(&row.url, result->stored.url);
    row.expires_at = (int64_t)result->stored.expires_at;
    ledger_artifact_set(jobs->ledger, job->row.id, n, &row);
    free(row.url);
    if (!unstored(jobs, job, &bits))
        make_again(jobs, job);
    else if (bits == 0)
        job_raise(job, EVENT_STORED);
}

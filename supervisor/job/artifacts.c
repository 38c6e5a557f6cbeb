/* artifacts - see artifacts.h */
#include "supervisor/job/artifacts.h"

#include <stdlib.h>
#include <string.h>

#include "proto/log.h"

unsigned artifacts_files(struct ledger *ledger, int64_t job, char names[ARTIFACTS][SHA_ROOM])
{
    struct artifact_row row;
    unsigned count = 0;

    for (unsigned n = 0; n < ARTIFACTS; n++)
        if (ledger_artifact_find(ledger, job, n, &row)) {
            memcpy(names[count++], row.sha, SHA_ROOM);
            free(row.url);
        }
    return count;
}

/* ---- made ---- */

static void put_artifact(struct ledger *ledger, struct blobs *blobs, const struct job *job, unsigned n,
                         const struct artifact_row *row)
{
    struct artifact_row old;

    blobs_hold(blobs, row->sha);
    if (ledger_artifact_find(ledger, job->row.id, n, &old)) { /* made again after its file was lost */
        blobs_drop(blobs, old.sha);
        free(old.url);
    }
    ledger_artifact_set(ledger, job->row.id, n, row);
}

/* One file for each output, in their order. */
void artifacts_on_assembled(struct ledger *ledger, struct blobs *blobs, struct job *job,
                            const struct blob_write *kept)
{
    size_t at = 0;

    if (job->row.state != JOB_ASSEMBLING)
        return;
    for (unsigned n = 0; n < ARTIFACTS; n++) {
        struct artifact_row row = {0};

        if (!artifact_made(job->row.outputs, n))
            continue;
        row.bytes = (int64_t)kept->sizes[at];
        memcpy(row.sha, kept->names[at++], sizeof row.sha);
        put_artifact(ledger, blobs, job, n, &row);
    }
    job_raise(job, EVENT_ASSEMBLED);
}

/* ---- stored ---- */

/* A bit for each artifact of the job that is not stored yet. false: the ledger lacks one of them. */
static bool unstored(struct ledger *ledger, const struct job *job, unsigned *bits)
{
    struct artifact_row row;

    *bits = 0;
    for (uint32_t n = 0; n < ARTIFACTS; n++) {
        if (!artifact_made(job->row.outputs, n))
            continue;
        if (!ledger_artifact_find(ledger, job->row.id, n, &row)) {
            log_error(artifact_missing, log_job(job->row.job), log_str("output", artifact_link(n)));
            return false;
        }
        if (row.url == NULL)
            *bits |= 1u << n;
        free(row.url);
    }
    return true;
}

void artifacts_lost(struct lanes *lanes, struct job *job)
{
    lanes_drop(lanes, job->row.id);
    job_raise(job, EVENT_LOST);
}

/* What is stored already is not stored again. */
void artifacts_store(struct ledger *ledger, struct lanes *lanes, struct job *job)
{
    unsigned bits;

    if (!unstored(ledger, job, &bits)) {
        artifacts_lost(lanes, job);
        return;
    }
    for (uint32_t n = 0; n < ARTIFACTS; n++)
        if ((bits & 1u << n) != 0)
            lanes_add(lanes, job_work(job, LANE_STORE, n), 0);
    if (bits == 0)
        job_raise(job, EVENT_STORED);
}

void artifacts_on_stored(struct ledger *ledger, struct lanes *lanes, struct job *job, uint32_t n,
                         const struct wire_stored *stored)
{
    struct artifact_row row;
    unsigned bits;

    if (job->row.state != JOB_STORING || !ledger_artifact_find(ledger, job->row.id, n, &row))
        return;
    job_text(&row.url, stored->url);
    row.expires_at = (int64_t)stored->expires_at;
    ledger_artifact_set(ledger, job->row.id, n, &row);
    free(row.url);
    if (!unstored(ledger, job, &bits))
        artifacts_lost(lanes, job);
    else if (bits == 0)
        job_raise(job, EVENT_STORED);
}

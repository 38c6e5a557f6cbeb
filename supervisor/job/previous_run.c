/* previous_run - see previous_run.h */
#include "supervisor/job/previous_run.h"

#include <string.h>

#include "proto/codes.h"
#include "proto/log.h"
#include "proto/panic.h"

bool previous_run_awaited(const struct job *job)
{
    const struct job_row *row = &job->row;

    return *row->previous != '\0' && *row->previous_sha == '\0' && *row->previous_lost == '\0';
}

enum lane_id previous_run_lane(const struct job *job)
{
    return previous_run_awaited(job) ? LANE_PREVIOUS : LANE_ASSEMBLE;
}

static void queue_documents(struct ledger *ledger, struct lanes *lanes, struct job *job)
{
    job_count_anew(job);
    ledger_job_update(ledger, &job->row);
    lanes_add(lanes, job_work(job, LANE_ASSEMBLE, 0), 0);
}

void previous_run_none(struct ledger *ledger, struct lanes *lanes, struct job *job, enum code code)
{
    const char *why =
        code == CODE_S3_NOT_FOUND ? "the store has no summary.json of that job" : code_doc(code);

    log_warn(previous_run_unavailable, log_job(job->row.job), log_str("code", code_name(code)));
    job_text(&job->row.previous_lost, why);
    queue_documents(ledger, lanes, job);
}

void previous_run_on_result(struct ledger *ledger, struct blobs *blobs, struct lanes *lanes, struct job *job,
                            const struct blob_write *kept)
{
    if (job->row.state != JOB_ASSEMBLING || !previous_run_awaited(job))
        return;
    blobs_hold(blobs, kept->names[0]);
    job_text(&job->row.previous_sha, kept->names[0]);
    queue_documents(ledger, lanes, job);
}

bool previous_run_add(struct ledger *ledger, struct blobs *blobs, struct lanes *lanes, struct job *job,
                      struct wire *message)
{
    if (*job->row.previous_sha == '\0' || blobs_add_frame(blobs, job->row.previous_sha, message) == 0)
        return true;
    blobs_drop(blobs, job->row.previous_sha);
    job_text(&job->row.previous_sha, "");
    if (*job->row.previous == '\0') /* it came along, and nobody has it now */
        job_text(&job->row.previous_lost, "its file is no longer in the state folder");
    ledger_job_update(ledger, &job->row);
    lanes_add(lanes, job_work(job, previous_run_lane(job), 0), 0);
    return false;
}

json_t *previous_run_said(const struct job *job)
{
    const struct job_row *row = &job->row;
    json_t *said;

    if (*row->previous == '\0' && *row->previous_sha == '\0' && *row->previous_lost == '\0')
        return NULL;
    said = json_pack("{s:s, s:i, s:s}", "job", row->previous, "frame", *row->previous_sha != '\0', "reason",
                     row->previous_lost);
    must(said != NULL);
    return said;
}

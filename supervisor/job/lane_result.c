/* lane_result - see lane_result.h */
#include "supervisor/job/lane_result.h"

#include <string.h>

#include "proto/log.h"
#include "supervisor/job/artifacts.h"
#include "supervisor/job/failure.h"
#include "supervisor/job/overview.h"
#include "supervisor/job/previous_run.h"
#include "supervisor/job/provider_batch.h"

enum { DISK_FULL_MS = 5000 };

/* ---- what each result means ---- */

static void on_fetched(struct jobs *jobs, struct job *job, const struct lease *lease, struct blob_write *kept)
{
    const char *name = kept->names[0];

    (void)lease;
    if (job->row.state != JOB_FETCHING)
        return;
    if (job->row.pages > 0 && strcmp(job->row.document, name) != 0) {
        job_fail(job, CODE_S3_ERROR, "the object changed while the job was under way; post it as a new job");
        return;
    }
    if (strcmp(job->row.document, name) != 0) {
        blobs_drop(jobs->blobs, job->row.document);
        blobs_hold(jobs->blobs, name);
        job_text(&job->row.document, name);
    }
    job_raise(job, EVENT_FETCHED);
}

static void on_inspected(struct jobs *jobs, struct job *job, const struct lease *lease, struct wire *result)
{
    const struct wire_inspected *inspected = &result->inspected;

    (void)lease;
    if (job->row.state != JOB_INSPECTING)
        return;
    if (inspected->pages == 0 || inspected->pages > jobs->service->conf->limit_pages) {
        job_fail(job, inspected->pages == 0 ? CODE_PDF_EMPTY : CODE_PDF_TOO_LARGE, NULL);
        return;
    }
    if (job->row.pages == 0) {
        job->row.pages = inspected->pages;
        job->row.repaired = inspected->repaired;
        job_text(&job->row.title, inspected->title);
        job_text(&job->row.outline, inspected->outline);
        ledger_slides_add(jobs->ledger, job->row.id, job->row.pages);
        job_list_add_slides(jobs->list, job);
    }
    job_raise(job, EVENT_INSPECTED);
}

static void on_rastered(struct jobs *jobs, struct job *job, const struct lease *lease,
                        struct blob_write *kept)
{
    slide_on_rastered(&jobs->slides, job, lease, kept);
}

static void on_explained(struct jobs *jobs, struct job *job, const struct lease *lease, struct wire *result)
{
    slide_on_explained(&jobs->slides, job, lease, result);
}

static void on_batch(struct jobs *jobs, struct job *job, const struct lease *lease, struct wire *result)
{
    batch_on_result(&jobs->slides, job, lease, result);
}

static void on_overviewed(struct jobs *jobs, struct job *job, const struct lease *lease, struct wire *result)
{
    overview_on_result(&jobs->cache, job, lease, result);
}

static void on_previous(struct jobs *jobs, struct job *job, const struct lease *lease,
                        struct blob_write *kept)
{
    (void)lease;
    previous_run_on_result(jobs->ledger, jobs->blobs, jobs->lanes, job, kept);
}

static void on_assembled(struct jobs *jobs, struct job *job, const struct lease *lease,
                         struct blob_write *kept)
{
    (void)lease;
    artifacts_on_assembled(jobs->ledger, jobs->blobs, job, kept);
}

static void on_stored(struct jobs *jobs, struct job *job, const struct lease *lease, struct wire *result)
{
    artifacts_on_stored(jobs->ledger, jobs->lanes, job, lease->work.item, &result->stored);
}

/* What was owed of a job that has ended: there is no job. */
static void on_notified(struct jobs *jobs, struct job *job, const struct lease *lease, struct wire *result)
{
    (void)job;
    outbox_delivered(jobs->outbox, lease->work.job, result->notified.status);
}

static void on_linked(struct jobs *jobs, struct job *job, const struct lease *lease, struct wire *result)
{
    (void)job;
    outbox_linked(jobs->outbox, lease->work.job, lease->work.item, &result->linked);
}

/* ---- what each failure means ---- */

static void fail_work(struct jobs *jobs, struct job *job, const struct lease *lease, struct wire *result)
{
    failure_of_work(jobs, job, lease, &result->failed);
}

static void fail_slide(struct jobs *jobs, struct job *job, const struct lease *lease, struct wire *result)
{
    slide_on_failed(&jobs->slides, job, lease, result);
}

static void fail_batch(struct jobs *jobs, struct job *job, const struct lease *lease, struct wire *result)
{
    batch_on_failed(&jobs->slides, job, lease, &result->failed);
}

static void fail_overview(struct jobs *jobs, struct job *job, const struct lease *lease, struct wire *result)
{
    (void)jobs;
    (void)lease;
    overview_on_failed(job, &result->failed);
}

static void fail_notify(struct jobs *jobs, struct job *job, const struct lease *lease, struct wire *result)
{
    (void)job;
    outbox_failed(jobs->outbox, lease->work.job, &result->failed);
}

static void fail_link(struct jobs *jobs, struct job *job, const struct lease *lease, struct wire *result)
{
    (void)job;
    outbox_link_failed(jobs->outbox, lease->work.job, &result->failed);
}

/* clang-format off */
#define MEANS_NO_ROOM(function) .on_result = function
#define MEANS_ROOM(function)    .on_kept = function
#define LANE(NAME, text, kind, down, up, counted, state, room, failures, poison, outage, issue, result, failed, give_up) \
    {MEANS_##room(result), .on_failed = failed},
static const struct {
    void (*on_result)(struct jobs *, struct job *, const struct lease *, struct wire *);
    void (*on_kept)(struct jobs *, struct job *, const struct lease *, struct blob_write *);
    void (*on_failed)(struct jobs *, struct job *, const struct lease *, struct wire *);
} means[LANES] = {
#include "supervisor/base/lanes.def"
};
#undef LANE
/* clang-format on */

void lane_result(struct jobs *jobs, struct job *job, const struct lease *lease, struct wire *result)
{
    if (result->type == WIRE_FAILED)
        means[lease->work.lane].on_failed(jobs, job, lease, result);
    else
        means[lease->work.lane].on_result(jobs, job, lease, result);
}

/* Its bytes are lost: the work is done again, when the disk may have room. */
static void queue_again(struct jobs *jobs, const struct job *job, const struct lease *lease)
{
    const struct lane_row *row = lane_row(lease->work.lane);

    if (row->counted == COUNTED_SLIDE ? job_busy(job, lease->work.item) : job->row.state == row->state)
        lanes_add(jobs->lanes, lease->work, jobs->service->now_ms + DISK_FULL_MS);
}

void lane_result_kept(struct jobs *jobs, struct job *job, const struct lease *lease, struct blob_write *kept)
{
    if (kept->error == 0) {
        means[lease->work.lane].on_kept(jobs, job, lease, kept);
        return;
    }
    log_error(blob_failed, log_job(job->row.job), log_int("slide", lease->work.item),
              log_str("reason", strerror(kept->error)));
    queue_again(jobs, job, lease);
}

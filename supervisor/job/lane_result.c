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

static void on_fetched(const struct settled *of)
{
    const char *name = of->kept->names[0];
    struct job *job = of->job;

    if (job->row.state != JOB_FETCHING)
        return;
    if (job->row.pages > 0 && strcmp(job->row.document, name) != 0) {
        job_fail(job, CODE_S3_ERROR, "the object changed while the job was under way; post it as a new job");
        return;
    }
    if (strcmp(job->row.document, name) != 0) {
        blobs_drop(of->jobs->blobs, job->row.document);
        blobs_hold(of->jobs->blobs, name);
        job_text(&job->row.document, name);
    }
    job_raise(job, EVENT_FETCHED);
}

static void on_inspected(const struct settled *of)
{
    const struct wire_inspected *inspected = &of->result->inspected;
    struct job *job = of->job;

    if (job->row.state != JOB_INSPECTING)
        return;
    if (inspected->pages == 0 || inspected->pages > of->jobs->service->conf->limit_pages) {
        job_fail(job, inspected->pages == 0 ? CODE_PDF_EMPTY : CODE_PDF_TOO_LARGE, NULL);
        return;
    }
    if (job->row.pages == 0) {
        job->row.pages = inspected->pages;
        job->row.repaired = inspected->repaired;
        job_text(&job->row.title, inspected->title);
        job_text(&job->row.outline, inspected->outline);
        ledger_slides_add(of->jobs->ledger, job->row.id, job->row.pages);
        job_list_add_slides(of->jobs->list, job);
    }
    job_raise(job, EVENT_INSPECTED);
}

static void on_rastered(const struct settled *of)
{
    slide_on_rastered(&of->jobs->slides, of->job, of->lease, of->kept);
}

static void on_explained(const struct settled *of)
{
    slide_on_explained(&of->jobs->slides, of->job, of->lease, of->result);
}

static void on_batch(const struct settled *of)
{
    batch_on_result(&of->jobs->slides, of->job, of->lease, of->result);
}

static void on_overviewed(const struct settled *of)
{
    overview_on_result(&of->jobs->cache, of->job, of->lease, of->result);
}

static void on_previous(const struct settled *of)
{
    previous_run_on_result(of->jobs->ledger, of->jobs->blobs, of->jobs->lanes, of->job, of->kept);
}

static void on_assembled(const struct settled *of)
{
    artifacts_on_assembled(of->jobs->ledger, of->jobs->blobs, of->job, of->kept);
}

static void on_stored(const struct settled *of)
{
    artifacts_on_stored(of->jobs->ledger, of->jobs->lanes, of->job, of->lease->work.item,
                        &of->result->stored);
}

/* What was owed of a job that has ended: there is no job. */
static void on_notified(const struct settled *of)
{
    outbox_delivered(of->jobs->outbox, of->lease->work.job, of->result->notified.status);
}

static void on_linked(const struct settled *of)
{
    outbox_linked(of->jobs->outbox, of->lease->work.job, of->lease->work.item, &of->result->linked);
}

/* ---- what each failure means ---- */

static void fail_work(const struct settled *of)
{
    failure_of_work(of->jobs, of->job, of->lease, &of->result->failed);
}

static void fail_slide(const struct settled *of)
{
    slide_on_failed(&of->jobs->slides, of->job, of->lease, of->result);
}

static void fail_batch(const struct settled *of)
{
    batch_on_failed(&of->jobs->slides, of->job, of->lease, &of->result->failed);
}

static void fail_overview(const struct settled *of)
{
    overview_on_failed(of->jobs->ledger, of->job, &of->result->failed);
}

static void fail_notify(const struct settled *of)
{
    outbox_failed(of->jobs->outbox, of->lease->work.job, &of->result->failed);
}

static void fail_link(const struct settled *of)
{
    outbox_link_failed(of->jobs->outbox, of->lease->work.job, &of->result->failed);
}

/* clang-format off */
#define LANE(NAME, text, kind, down, up, counted, state, room, failures, poison, outage, issue, result, failed, give_up) \
    {result, failed},
static const struct {
    void (*on_result)(const struct settled *);
    void (*on_failed)(const struct settled *);
} means[LANES] = {
#include "supervisor/base/lanes.def"
};
#undef LANE
/* clang-format on */

/* The result's bytes are lost: its work is queued again, for when the disk may have room. */
static void queue_again(const struct settled *of)
{
    const struct work *work = &of->lease->work;
    const struct lane_row *row = lane_row(work->lane);

    log_error(blob_failed, log_job(of->job->row.job), log_int("slide", work->item),
              log_str("reason", strerror(of->kept->error)));
    if (row->counted == COUNTED_SLIDE ? job_busy(of->job, work->item) : of->job->row.state == row->state)
        lanes_add(of->jobs->lanes, *work, of->jobs->service->now_ms + DISK_FULL_MS);
}

void lane_result(const struct settled *of)
{
    if (of->result->type == WIRE_FAILED)
        means[of->lease->work.lane].on_failed(of);
    else if (of->kept != NULL && of->kept->error != 0)
        queue_again(of);
    else
        means[of->lease->work.lane].on_result(of);
    if (lane_row(of->lease->work.lane)->counted == COUNTED_SLIDE)
        overview_beside(of->jobs, of->job);
}

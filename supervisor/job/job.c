/* job - see job.h */
#include "supervisor/job/job.h"

#include <stdlib.h>
#include <string.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "supervisor/job/artifacts.h"
#include "supervisor/job/provider_batch.h"
#include "supervisor/supervisor.h"

/* A job of so few pages is short. */
enum { LIGHT_PAGES = 16 };

struct load {
    struct supervisor *sup;
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
    blobs_hold(load->sup->blobs, slide->text);
    blobs_hold(load->sup->blobs, slide->picture);
    load->job->open += slide->outcome == OUTCOME_OPEN;
    memset(row, 0, sizeof *row);
}

void job_slides(struct supervisor *sup, struct job *job)
{
    struct load load = {sup, job};

    if (job->slides != NULL)
        return;
    job->slides = need_zero(job->row.pages, sizeof *job->slides);
    ledger_slides(sup->ledger, job->row.id, false, on_slide, &load);
}

struct job *job_new(struct supervisor *sup, struct job_row *row)
{
    struct job *job = need_zero(1, sizeof *job);

    job->row = *row;
    memset(row, 0, sizeof *row);
    job->event = JOB_EVENTS;
    job->next = sup->jobs;
    sup->jobs = job;
    sup->active++;
    job->tenant = tenants_at(sup->tenants, job->row.tenant);
    job->tenant->active++;
    if (job->row.pages > 0)
        job_slides(sup, job);
    artifacts_hold(sup, job);
    return job;
}

static void job_free(struct supervisor *sup, struct job **at)
{
    struct job *job = *at;

    *at = job->next;
    for (uint32_t i = 0; job->slides != NULL && i < job->row.pages; i++) {
        slide_row_clear(&job->slides[i].row);
        build_up_free(&job->slides[i].build_up);
    }
    batches_free(sup, job);
    free(job->slides);
    job_row_clear(&job->row);
    free(job);
}

/* ---- what happens to it ---- */

static bool is_raised(const struct job *job)
{
    return job->event != JOB_EVENTS;
}

static bool would_end(const struct job *job)
{
    return job_table_step(job->row.state, job->event).action == ACTION_TELL;
}

bool job_raise(struct job *job, enum job_event event)
{
    must(job_table_knows(job->row.state, event));
    if (is_raised(job) && (event != EVENT_BROKEN || would_end(job)))
        return false;
    job->event = event;
    return true;
}

void job_fail(struct job *job, enum code code, const char *detail)
{
    if (!job_raise(job, EVENT_BROKEN))
        return;
    job_text(&job->row.code, code_name(code));
    job_text(&job->row.detail, detail == NULL || *detail == '\0' ? code_doc(code) : detail);
}

bool job_fits(const struct job *job, enum lane_id lane)
{
    return job->row.state == lane_row(lane)->state && !is_raised(job);
}

void job_end(struct supervisor *sup, struct job *job)
{
    struct job **at = &sup->jobs;

    for (uint32_t i = 0; job->slides != NULL && i < job->row.pages; i++) {
        blobs_drop(sup->blobs, job->slides[i].row.text);
        blobs_drop(sup->blobs, job->slides[i].row.picture);
    }
    artifacts_drop(sup, job);
    blobs_drop(sup->blobs, job->row.document);
    blobs_drop(sup->blobs, job->row.previous_sha);
    while (*at != job)
        at = &(*at)->next;
    sup->active--;
    job->tenant->active--;
    job_free(sup, at);
}

void job_blobs(struct supervisor *sup, const struct job *job, struct blob_check *check)
{
    blob_check_add(check, job->row.document);
    blob_check_add(check, job->row.previous_sha);
    for (uint32_t i = 0; job->slides != NULL && i < job->row.pages; i++) {
        blob_check_add(check, job->slides[i].row.text);
        blob_check_add(check, job->slides[i].row.picture);
    }
    artifacts_check(sup, job, check);
}

void jobs_free(struct supervisor *sup)
{
    while (sup->jobs != NULL)
        job_free(sup, &sup->jobs);
}

struct job *job_find(struct supervisor *sup, int64_t id)
{
    struct job *job = sup->jobs;

    while (job != NULL && job->row.id != id)
        job = job->next;
    return job;
}

struct slide *job_slide(const struct job *job, uint32_t slide)
{
    return slide >= 1 && slide <= job->row.pages && job->slides != NULL ? &job->slides[slide - 1] : NULL;
}

struct slide_row *job_slide_row(const struct job *job, uint32_t number)
{
    struct slide *slide = job_slide(job, number);

    return slide == NULL ? NULL : &slide->row;
}

bool job_busy(const struct job *job, uint32_t number)
{
    const struct slide *slide = job_slide(job, number);

    return slide != NULL && slide->busy;
}

void job_set_busy(struct job *job, uint32_t number, bool busy)
{
    struct slide *slide = job_slide(job, number);

    must(slide != NULL && slide->busy != busy);
    slide->busy = busy;
    job->busy_count += busy ? 1 : -1u;
}

const struct build_up *job_build_up(struct supervisor *sup, struct job *job, uint32_t number)
{
    struct slide *slide = job_slide(job, number);
    struct wire carrier = {0};

    if (slide == NULL || *slide->row.text == '\0')
        return NULL;
    if (slide->build_up == NULL && blobs_add_frame(sup->blobs, slide->row.text, &carrier) == 0)
        slide->build_up = build_up_make(wire_data(&carrier, 0), wire_size(&carrier, 0));
    wire_clear(&carrier);
    return slide->build_up;
}

struct work job_work(const struct job *job, enum lane_id lane, uint32_t item)
{
    return (struct work){.lane = lane,
                         .job = job->row.id,
                         .item = item,
                         .tenant = job->tenant->number,
                         .light = job->row.pages <= LIGHT_PAGES};
}

void job_save(struct supervisor *sup, struct job *job)
{
    ledger_job_update(sup->ledger, &job->row);
}

void job_text(char **text, const char *with)
{
    char *copy = need_dup(with);

    free(*text);
    *text = copy;
}

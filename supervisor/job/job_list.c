/* job_list - see job_list.h */
#include "supervisor/job/job_list.h"

#include <stdlib.h>
#include <string.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "supervisor/job/artifacts.h"
#include "supervisor/job/batch.h"

struct job_list {
    struct ledger *ledger;
    struct blobs *blobs;
    struct tenants *tenants;
    struct job *first;
    struct job_counts counts;
};

struct job_list *job_list_new(struct ledger *ledger, struct blobs *blobs, struct tenants *tenants)
{
    struct job_list *list = need_zero(1, sizeof *list);

    *list = (struct job_list){.ledger = ledger, .blobs = blobs, .tenants = tenants};
    return list;
}

static void free_first(struct job **at)
{
    struct job *job = *at;

    *at = job->next;
    for (uint32_t i = 0; job->slides != NULL && i < job->row.pages; i++) {
        slide_row_clear(&job->slides[i].row);
        build_up_free(&job->slides[i].build_up);
    }
    batches_free(job);
    free(job->slides);
    job_row_clear(&job->row);
    free(job);
}

void job_list_free(struct job_list **list)
{
    while ((*list)->first != NULL)
        free_first(&(*list)->first);
    free(*list);
    *list = NULL;
}

/* ---- how many ---- */

const struct job_counts *job_list_counts(const struct job_list *list)
{
    return &list->counts;
}

static void on_tenant(void *arg, const char *tenant, uint64_t jobs)
{
    tenants_at(arg, tenant)->open = jobs;
}

void job_list_count_open(struct job_list *list)
{
    list->counts.open = ledger_jobs_open_count(list->ledger, on_tenant, list->tenants);
}

void job_list_accepted(struct job_list *list, const char *tenant)
{
    list->counts.open++;
    tenants_at(list->tenants, tenant)->open++;
}

void job_list_slide_ended(struct job_list *list, enum outcome outcome)
{
    list->counts.slides[outcome]++;
}

/* ---- which ---- */

struct job *job_list_first(const struct job_list *list)
{
    return list->first;
}

struct job *job_list_find(const struct job_list *list, int64_t id)
{
    struct job *job = list->first;

    while (job != NULL && job->row.id != id)
        job = job->next;
    return job;
}

static struct job_row *row_of(void *arg, int64_t id)
{
    struct job *job = job_list_find(arg, id);

    return job == NULL ? NULL : &job->row;
}

static struct slide_row *slide_row_of(void *arg, int64_t id, uint32_t slide)
{
    const struct job *job = job_list_find(arg, id);

    return job == NULL ? NULL : job_slide_row(job, slide);
}

static uint32_t slides_to_ask(void *arg, int64_t id)
{
    const struct job *job = job_list_find(arg, id);
    uint32_t count = 0;

    for (uint32_t i = 0; job != NULL && job->slides != NULL && i < job->row.pages; i++) {
        const struct slide_row *row = &job->slides[i].row;

        count += row->calls > 0 || (row->outcome == OUTCOME_OPEN && row->see_slide == 0);
    }
    return count;
}

struct money_rows job_list_money_rows(struct job_list *list)
{
    return (struct money_rows){
        .job = row_of, .slide = slide_row_of, .slides_to_ask = slides_to_ask, .arg = list};
}

/* ---- from its turn to its end ---- */

struct load {
    struct blobs *blobs;
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
    blobs_hold(load->blobs, slide->text);
    blobs_hold(load->blobs, slide->picture);
    load->job->open += slide->outcome == OUTCOME_OPEN;
    memset(row, 0, sizeof *row);
}

void job_list_add_slides(struct job_list *list, struct job *job)
{
    struct load load = {list->blobs, job};

    if (job->slides != NULL)
        return;
    job->slides = need_zero(job->row.pages, sizeof *job->slides);
    ledger_slides(list->ledger, job->row.id, false, on_slide, &load);
}

struct job *job_list_add(struct job_list *list, struct job_row *row)
{
    struct job *job = need_zero(1, sizeof *job);
    char files[ARTIFACTS][SHA_ROOM];

    job->row = *row;
    memset(row, 0, sizeof *row);
    job->event = JOB_EVENTS;
    job->next = list->first;
    list->first = job;
    list->counts.active++;
    job->tenant = tenants_at(list->tenants, job->row.tenant);
    job->tenant->active++;
    if (job->row.pages > 0)
        job_list_add_slides(list, job);
    for (unsigned n = artifacts_files(list->ledger, job->row.id, files); n > 0; n--)
        blobs_hold(list->blobs, files[n - 1]);
    return job;
}

struct job *job_list_at(struct job_list *list, struct job_row *row)
{
    struct job *job = job_list_find(list, row->id);

    if (job == NULL)
        return job_list_add(list, row);
    job_row_clear(row);
    return job;
}

void job_list_add_blobs(const struct job_list *list, const struct job *job, struct blob_check *check)
{
    char files[ARTIFACTS][SHA_ROOM];

    blob_check_add(check, job->row.document);
    blob_check_add(check, job->row.previous_sha);
    for (uint32_t i = 0; job->slides != NULL && i < job->row.pages; i++) {
        blob_check_add(check, job->slides[i].row.text);
        blob_check_add(check, job->slides[i].row.picture);
    }
    for (unsigned n = artifacts_files(list->ledger, job->row.id, files); n > 0; n--)
        blob_check_add(check, files[n - 1]);
}

void job_list_end(struct job_list *list, struct job *job)
{
    struct job **at = &list->first;
    char files[ARTIFACTS][SHA_ROOM];

    for (uint32_t i = 0; job->slides != NULL && i < job->row.pages; i++) {
        blobs_drop(list->blobs, job->slides[i].row.text);
        blobs_drop(list->blobs, job->slides[i].row.picture);
    }
    for (unsigned n = artifacts_files(list->ledger, job->row.id, files); n > 0; n--)
        blobs_drop(list->blobs, files[n - 1]);
    blobs_drop(list->blobs, job->row.document);
    blobs_drop(list->blobs, job->row.previous_sha);
    while (*at != job)
        at = &(*at)->next;
    list->counts.open--;
    list->counts.active--;
    list->counts.completed += job->row.state == JOB_COMPLETED;
    list->counts.failed += job->row.state == JOB_FAILED;
    job->tenant->open--;
    job->tenant->active--;
    free_first(at);
}

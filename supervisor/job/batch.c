/* batch - see batch.h */
#include "supervisor/job/batch.h"

#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"

enum { SLIDES_MAX = 500 };

/* ---- which ---- */

struct batch *batch_of(const struct job *job, uint32_t n)
{
    struct batch *batch = job->batches;

    while (batch != NULL && batch->n != n)
        batch = batch->next;
    return batch;
}

bool batch_is_work(const struct job *job, const struct work *work)
{
    return (work->lane == LANE_BATCH || work->lane == LANE_POLL) && batch_of(job, work->item) != NULL;
}

static struct batch *batch_new(struct job *job)
{
    struct batch *batch = need_zero(1, sizeof *batch);

    batch->n = job->batches == NULL ? 1 : job->batches->n + 1;
    batch->name = need_dup("");
    batch->slides = json_array();
    batch->next = job->batches;
    job->batches = batch;
    return batch;
}

static void free_first(struct batch **at)
{
    struct batch *batch = *at;

    *at = batch->next;
    free(batch->name);
    json_decref(batch->slides);
    free(batch);
}

void batch_end(const struct batches *batches, struct job *job, struct batch *batch)
{
    const struct payer payer = payer_of(&job->row);
    struct batch **at = &job->batches;

    while (*at != batch)
        at = &(*at)->next;
    if (*batch->name != '\0')
        ledger_batch_end(batches->ledger, batch->name);
    budget_found(batches->budget, &payer, -batch->reserved);
    free_first(at);
}

void batches_give_back(struct budget *budget, const struct job *job)
{
    const struct payer payer = payer_of(&job->row);

    for (const struct batch *batch = job->batches; batch != NULL; batch = batch->next)
        budget_found(budget, &payer, -batch->reserved);
}

void batches_free(struct job *job)
{
    while (job->batches != NULL)
        free_first(&job->batches);
}

uint32_t batch_slide_at(const struct batch *batch, size_t i)
{
    return (uint32_t)json_integer_value(json_array_get(batch->slides, i));
}

bool batch_has_slide(const struct job *job, uint32_t slide)
{
    for (const struct batch *batch = job->batches; batch != NULL; batch = batch->next)
        for (size_t i = 0; i < json_array_size(batch->slides); i++)
            if (batch_slide_at(batch, i) == slide)
                return true;
    return false;
}

/* ---- handing in ---- */

bool batch_takes(struct job *job, uint32_t slide, const struct worker *vision)
{
    if (!job->row.economy || job->live || (vision != NULL && !worker_calls_model(vision)))
        return false;
    job_slide(job, slide)->saving = true;
    return true;
}

void batch_no_more(struct job *job)
{
    job->live = true;
}

/* Is it known of every open slide whether it comes along? */
static bool is_complete(const struct job *job)
{
    for (uint32_t i = 0; i < job->row.pages; i++)
        if (job->slides[i].row.outcome == OUTCOME_OPEN && !job->slides[i].saving &&
            !batch_has_slide(job, i + 1))
            return false;
    return true;
}

void batch_try(struct lanes *lanes, struct job *job)
{
    struct batch *batch = NULL;

    if (!job->row.economy || job->row.state != JOB_WORKING || !is_complete(job))
        return;
    for (uint32_t i = 0; i < job->row.pages; i++) {
        if (!job->slides[i].saving)
            continue;
        job->slides[i].saving = false;
        if (batch == NULL || json_array_size(batch->slides) == SLIDES_MAX) {
            batch = batch_new(job);
            lanes_add(lanes, job_work(job, LANE_BATCH, batch->n), 0);
        }
        json_array_append_new(batch->slides, json_integer(i + 1));
    }
}

void batch_ask_live(const struct batches *batches, struct job *job, struct batch *batch)
{
    for (size_t i = 0; i < json_array_size(batch->slides); i++) {
        uint32_t slide = batch_slide_at(batch, i);

        if (job->slides[slide - 1].row.outcome == OUTCOME_OPEN)
            lanes_add(batches->lanes, job_work(job, LANE_EXPLAIN, slide), 0);
    }
    batch_end(batches, job, batch);
}

/* ---- after a restart ---- */

static void on_batch_row(void *arg, const struct batch_row *row)
{
    struct job *job = arg;
    struct batch *batch = batch_new(job);

    json_t *slides = json_loads(row->slides, 0, NULL), *slide;
    size_t i;

    json_array_foreach(slides, i, slide)
    {
        if (job_slide(job, (uint32_t)json_integer_value(slide)) != NULL)
            json_array_append(batch->slides, slide);
    }
    json_decref(slides);
    job_text(&batch->name, row->batch);
    batch->deadline_ms = row->deadline_ms;
    batch->reserved = row->reserved;
}

void batches_load(const struct batches *batches, struct job *job)
{
    const struct payer payer = payer_of(&job->row);

    if (!job->row.economy || job->batches != NULL)
        return;
    ledger_batches(batches->ledger, job->row.id, on_batch_row, job);
    for (const struct batch *batch = job->batches; batch != NULL; batch = batch->next) {
        budget_found(batches->budget, &payer, batch->reserved);
        lanes_add(batches->lanes, job_work(job, LANE_POLL, batch->n), 0);
    }
}

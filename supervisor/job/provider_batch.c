/* provider_batch - see provider_batch.h */
#include "supervisor/job/provider_batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "proto/clock.h"
#include "proto/log.h"
#include "proto/panic.h"
#include "supervisor/money/cost.h"

enum { AGAIN_MS = 30000, MILLION = 1000000 };

/* Leaves out what is known already, and what there is no money for. */
static void take_out_known(const struct slides *slides, struct job *job, const struct worker *worker,
                           struct batch *batch)
{
    const struct payer payer = payer_of(&job->row);

    for (size_t i = 0; i < json_array_size(batch->slides);) {
        uint32_t slide = batch_slide_at(batch, i);
        char key[BLOB_NAME];
        struct cost cost;
        enum code which;

        answer_cache_slide_key(worker, job, slide, key);
        cost_expect(slides->service->conf, &job->row, job_slide_row(job, slide), &cost);
        if (slide_find_answer(slides, job, slide, key))
            json_array_remove(batch->slides, i);
        else if (budget_look(slides->batches->budget, &payer, cost.max / 2, &which) != BUDGET_FINE) {
            json_array_remove(batch->slides, i);
            slide_skip(slides, job, slide, which);
        } else {
            budget_found(slides->batches->budget, &payer, cost.max / 2);
            batch->reserved += cost.max / 2;
            i++;
        }
    }
}

/* The list and the frames. false: a file is lost. */
static bool fill(const struct slides *slides, struct job *job, const struct batch *batch, bool pictures,
                 struct wire *message)
{
    json_t *list = json_array();
    char *text;

    wire_add_copy(message, "", 0); /* keeps the place */
    for (size_t i = 0; i < json_array_size(batch->slides); i++) {
        uint32_t slide = batch_slide_at(batch, i);
        const struct slide_row *row = &job->slides[slide - 1].row;
        bool picture = pictures && *row->picture != '\0';

        json_array_append_new(list,
                              json_pack("{s:I, s:s, s:s, s:i}", "slide", (json_int_t)slide, "before",
                                        job_slide_title(slides->blobs, job, slide - 1), "after",
                                        job_slide_title(slides->blobs, job, slide + 1), "picture", picture));
        if (blobs_add_frame(slides->blobs, row->text, message) == -1 ||
            (picture && blobs_add_frame(slides->blobs, row->picture, message) == -1)) {
            json_decref(list);
            return false;
        }
    }
    text = job_json(list);
    wire_set_owned(message, 0, text, strlen(text));
    return true;
}

/* The same slides of the same job, asked in the same way. */
static void mark_of(const struct job *job, const struct worker *worker, const struct batch *batch,
                    char mark[BLOB_NAME])
{
    char *numbers = job_json(json_incref(batch->slides));

    blob_name_of(mark, "%s%s%s\n%s\n%lld\n%s", job->row.tenant, *job->row.tenant == '\0' ? "" : "/",
                 job->row.job, worker_said(worker)->fingerprint, (long long)job->row.created_ms, numbers);
    free(numbers);
}

bool batch_issue(const struct slides *slides, struct job *job, const struct worker *worker, uint32_t n,
                 struct wire *message)
{
    struct batch *batch = batch_of(job, n);
    char mark[BLOB_NAME];

    if (batch == NULL)
        return false;
    if (!worker_calls_model(worker)) {
        batch_ask_live(slides->batches, job, batch);
        return false;
    }
    mark_of(job, worker, batch, mark);
    if (batch->reserved == 0)
        take_out_known(slides, job, worker, batch);
    if (json_array_size(batch->slides) == 0) {
        batch_end(slides->batches, job, batch);
        return false;
    }
    if (!fill(slides, job, batch, true, message)) {
        batch_ask_live(slides->batches, job, batch); /* that draws it again */
        return false;
    }
    message->batch = (struct wire_batch){.job = job->row.job,
                                         LECTURE_OF(&job->row),
                                         .max_tokens = (uint32_t)slides->service->conf->model_max_tokens};
    message->text = need_dup(mark);
    message->batch.mark = message->text;
    return true;
}

bool batch_issue_poll(const struct slides *slides, struct job *job, uint32_t n, struct wire *message)
{
    struct batch *batch = batch_of(job, n);

    if (batch == NULL)
        return false;
    if (!fill(slides, job, batch, false, message)) {
        batch_ask_live(slides->batches, job, batch);
        return false;
    }
    message->poll = (struct wire_poll){.job = job->row.job,
                                       LECTURE_OF(&job->row),
                                       .batch = batch->name,
                                       .late = clock_unix_ms() >= batch->deadline_ms};
    return true;
}

/* ---- what comes back ---- */

static void poll_later(const struct slides *slides, struct job *job, const struct batch *batch)
{
    lanes_add(slides->lanes, job_work(job, LANE_POLL, batch->n),
              slides->service->now_ms + slides->service->conf->economy_poll_s * 1000);
}

static void on_batched(const struct slides *slides, struct job *job, struct batch *batch, const char *name)
{
    char *numbers = job_json(json_incref(batch->slides));

    job_text(&batch->name, name);
    batch->deadline_ms = clock_unix_ms() + slides->service->conf->economy_deadline_s * 1000;
    ledger_batch_add(slides->ledger, &(struct batch_row){.batch = batch->name,
                                                         .job = job->row.id,
                                                         .deadline_ms = batch->deadline_ms,
                                                         .slides = numbers,
                                                         .reserved = batch->reserved});
    log_info(batch_submitted, log_job(job->row.job), log_str("batch", name),
             log_int("slides", (int64_t)json_array_size(batch->slides)));
    free(numbers);
    poll_later(slides, job, batch);
}

/* What the worker says of a slide; NULL: nothing, then it is asked for at once like one without an answer. */
static const json_t *entry_of(const json_t *list, uint32_t slide)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *entry = json_array_get(list, i);

        if (json_integer_value(json_object_get(entry, "slide")) == (json_int_t)slide)
            return entry;
    }
    return NULL;
}

/* As the provider counted, within what can be added up. */
static uint64_t tokens_of(const json_t *entry, const char *name)
{
    json_int_t tokens = json_integer_value(json_object_get(entry, name));

    if (tokens < 0)
        return 0;
    return (uint64_t)tokens < WIRE_MAX_COUNT ? (uint64_t)tokens : WIRE_MAX_COUNT;
}

static const char *text_of(const json_t *entry, const char *name)
{
    const char *text = json_string_value(json_object_get(entry, name));

    return text == NULL ? "" : text;
}

/* What it costs, at half the price. A provider that does not count tokens may have taken all that was put
 * aside. */
static int64_t spent_on(const struct slides *slides, const struct job *job, uint32_t number,
                        const json_t *entry)
{
    const char *model = text_of(entry, "model");
    uint64_t input = tokens_of(entry, "input_tokens"), output = tokens_of(entry, "output_tokens");
    bool silent = json_is_true(json_object_get(entry, "answered")) && (input == 0 || output == 0);
    int64_t spent = cost_answered(slides->service->conf, 0, model, input, output);
    struct cost cost;

    if (silent && cost_answered(slides->service->conf, 0, model, MILLION, MILLION) > 0) {
        cost_expect(slides->service->conf, &job->row, job_slide_row(job, number), &cost);
        spent = cost.max > spent ? cost.max : spent;
    }
    return spent / 2;
}

static void on_entry(const struct slides *slides, struct job *job, const struct worker *vision,
                     uint32_t number, const json_t *entry)
{
    struct slide_row *slide = job_slide_row(job, number);
    const json_t *answer = json_object_get(entry, "answer");
    const struct payer payer = payer_of(&job->row);
    int64_t spent;

    if (slide == NULL || slide->outcome != OUTCOME_OPEN)
        return;
    spent = spent_on(slides, job, number, entry);
    budget_settle(slides->batches->budget, &payer, 0, 0, spent);
    slide->input_tokens += tokens_of(entry, "input_tokens");
    slide->output_tokens += tokens_of(entry, "output_tokens");
    slide->spent += spent;
    slide->calls += json_is_true(json_object_get(entry, "answered"));
    if (!json_is_object(answer)) {
        log_info(batch_slide_requeued, log_job(job->row.job), log_int("slide", number),
                 log_str("code", text_of(entry, "code")));
        lanes_add(slides->lanes, job_work(job, LANE_EXPLAIN, number), 0);
        return;
    }
    slide_answered(slides, job, number, vision, answer, text_of(entry, "model"),
                   strcmp(text_of(entry, "outcome"), "text_only") == 0);
}

static void on_polled(const struct slides *slides, struct job *job, struct batch *batch, struct wire *result)
{
    const struct worker *vision = worker_pool_ready(slides->pool, STAGE_VISION);
    json_t *list, *numbers;

    if (!result->polled.ended) {
        poll_later(slides, job, batch);
        return;
    }
    list = json_loadb(wire_data(result, 0), wire_size(result, 0), 0, NULL);
    log_info(batch_ended, log_job(job->row.job), log_str("batch", batch->name),
             log_int("slides", (int64_t)json_array_size(list)));
    batch_no_more(job); /* what is left, and what a restart finds, is asked for at once */
    numbers = json_incref(batch->slides);
    batch_end(slides->batches, job, batch);
    for (size_t i = 0; i < json_array_size(numbers); i++) {
        uint32_t slide = (uint32_t)json_integer_value(json_array_get(numbers, i));

        on_entry(slides, job, vision, slide, entry_of(list, slide));
    }
    json_decref(numbers);
    json_decref(list);
}

void batch_on_result(const struct slides *slides, struct job *job, const struct lease *lease,
                     struct wire *result)
{
    struct batch *batch = batch_of(job, lease->work.item);

    if (batch != NULL && result->type == WIRE_BATCHED)
        on_batched(slides, job, batch, result->batched.batch);
    else if (batch != NULL)
        on_polled(slides, job, batch, result);
}

void batch_on_failed(const struct slides *slides, struct job *job, const struct lease *lease,
                     const struct wire_failed *failed)
{
    struct batch *batch = batch_of(job, lease->work.item);
    enum code code = code_of(failed->code);
    int64_t age_ms = clock_unix_ms() - job->row.created_ms;
    bool too_late;

    if (batch == NULL)
        return;
    too_late = *batch->name == '\0' &&
               age_ms > slides->service->conf->economy_deadline_s * 1000; /* not even handed in */
    if (failed->retryable && !too_late)
        lanes_add(slides->lanes, lease->work, slides->service->now_ms + AGAIN_MS);
    else if (!failed->retryable && code_scope_of(code) == SCOPE_JOB && code != CODE_INTERNAL)
        job_fail(job, code, failed->detail);
    else {
        log_warn(batch_failed, log_job(job->row.job), log_str("code", failed->code),
                 log_str("reason", failed->detail));
        batch_no_more(job);
        batch_ask_live(slides->batches, job, batch);
    }
}

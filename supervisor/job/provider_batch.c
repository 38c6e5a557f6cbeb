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
#include "supervisor/job/answer_cache.h"
#include "supervisor/job/batch.h"
#include "supervisor/job/slide.h"
#include "supervisor/job/job.h"
#include "supervisor/job/jobs.h"

enum { AGAIN_MS = 30000, MILLION = 1000000 };

/* Leaves out what is known already, and what there is no money for. */
static void weed(struct jobs *jobs, struct job *job, const struct worker *worker, struct batch *batch)
{
    const struct payer payer = payer_of(&job->row);

    for (size_t i = 0; i < json_array_size(batch->slides);) {
        uint32_t slide = batch_slide_at(batch, i);
        char key[BLOB_NAME];
        struct cost cost;
        enum code which;

        answer_cache_slide_key(worker, job, slide, key);
        cost_expect(jobs->service->conf, &job->row, job_slide_row(job, slide), &cost);
        if (slide_find_answer(jobs, job, slide, key))
            json_array_remove(batch->slides, i);
        else if (budget_look(jobs->budget, &payer, cost.max / 2, &which) != BUDGET_FINE) {
            json_array_remove(batch->slides, i);
            slide_skip(jobs, job, slide, which);
        } else {
            budget_found(jobs->budget, &payer, cost.max / 2);
            batch->reserved += cost.max / 2;
            i++;
        }
    }
}

static const char *title_at(struct jobs *jobs, struct job *job, uint32_t slide)
{
    const struct build_up *build_up = job_build_up(jobs, job, slide);

    return build_up == NULL ? "" : build_up->title;
}

/* The list and the frames. false: a file is lost. */
static bool fill(struct jobs *jobs, struct job *job, const struct batch *batch, bool pictures,
                 struct wire *message)
{
    json_t *list = json_array();
    char *text;

    wire_add_copy(message, "", 0); /* keeps the place */
    for (size_t i = 0; i < json_array_size(batch->slides); i++) {
        uint32_t slide = batch_slide_at(batch, i);
        const struct slide_row *row = &job->slides[slide - 1].row;
        bool picture = pictures && *row->picture != '\0';

        json_array_append_new(list, json_pack("{s:I, s:s, s:s, s:i}", "slide", (json_int_t)slide, "before",
                                              title_at(jobs, job, slide - 1), "after",
                                              title_at(jobs, job, slide + 1), "picture", picture));
        if (blobs_add_frame(jobs->blobs, row->text, message) == -1 ||
            (picture && blobs_add_frame(jobs->blobs, row->picture, message) == -1)) {
            json_decref(list);
            return false;
        }
    }
    text = json_dumps(list, JSON_COMPACT);
    must(text != NULL);
    json_decref(list);
    wire_set_owned(message, 0, text, strlen(text));
    return true;
}

/* The same slides of the same job, asked in the same way. */
static void mark_of(const struct job *job, const struct worker *worker, const struct batch *batch,
                    char mark[BLOB_NAME])
{
    char *slides = json_dumps(batch->slides, JSON_COMPACT), *text;

    must(slides != NULL);
    if (asprintf(&text, "%s%s%s\n%s\n%lld\n%s", job->row.tenant, *job->row.tenant == '\0' ? "" : "/",
                 job->row.job, worker->fingerprint, (long long)job->row.created_ms, slides) == -1)
        panic("out of memory");
    blob_name(text, strlen(text), mark);
    free(text);
    free(slides);
}

/* What both messages say of the lecture. */
#define LECTURE_OF(row)                                                                                      \
    .job = (row)->job, .slides = (row)->pages, .language = (row)->language, .title = (row)->title,           \
    .outline = (row)->outline, .instructions = (row)->instructions, .card_style = (row)->card_style,         \
    .cards = (row)->cards

bool batch_issue(struct jobs *jobs, struct job *job, const struct worker *worker, uint32_t n,
                 struct wire *message)
{
    struct batch *batch = batch_of(job, n);
    char mark[BLOB_NAME];

    if (batch == NULL)
        return false;
    if (strcmp(worker->engine, "openai") != 0) {
        batch_ask_live(jobs, job, batch);
        return false;
    }
    mark_of(job, worker, batch, mark);
    if (batch->reserved == 0)
        weed(jobs, job, worker, batch);
    if (json_array_size(batch->slides) == 0) {
        batch_end(jobs, job, batch);
        return false;
    }
    if (!fill(jobs, job, batch, true, message)) {
        batch_ask_live(jobs, job, batch); /* that draws it again */
        return false;
    }
    message->batch = (struct wire_batch){LECTURE_OF(&job->row),
                                         .max_tokens = (uint32_t)jobs->service->conf->model_max_tokens};
    message->text = need_dup(mark);
    message->batch.mark = message->text;
    return true;
}

bool batch_issue_poll(struct jobs *jobs, struct job *job, uint32_t n, struct wire *message)
{
    struct batch *batch = batch_of(job, n);

    if (batch == NULL)
        return false;
    if (!fill(jobs, job, batch, false, message)) {
        batch_ask_live(jobs, job, batch);
        return false;
    }
    message->poll = (struct wire_poll){LECTURE_OF(&job->row), .batch = batch->name,
                                       .late = clock_unix_ms() >= batch->deadline_ms};
    return true;
}

/* ---- what comes back ---- */

static void poll_later(struct jobs *jobs, struct job *job, const struct batch *batch)
{
    lanes_add(jobs->lanes, job_work(job, LANE_POLL, batch->n),
              jobs->service->now_ms + jobs->service->conf->economy_poll_s * 1000);
}

static void on_batched(struct jobs *jobs, struct job *job, struct batch *batch, const char *name)
{
    char *slides = json_dumps(batch->slides, JSON_COMPACT);

    must(slides != NULL);
    job_text(&batch->name, name);
    batch->deadline_ms = clock_unix_ms() + jobs->service->conf->economy_deadline_s * 1000;
    ledger_batch_add(jobs->ledger, &(struct batch_row){.batch = batch->name,
                                                       .job = job->row.id,
                                                       .deadline_ms = batch->deadline_ms,
                                                       .slides = slides,
                                                       .reserved = batch->reserved});
    log_info(batch_submitted, log_job(job->row.job), log_str("batch", name),
             log_int("slides", (int64_t)json_array_size(batch->slides)));
    free(slides);
    poll_later(jobs, job, batch);
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
static int64_t spent_on(const struct jobs *jobs, const struct job *job, uint32_t number, const json_t *entry)
{
    const char *model = text_of(entry, "model");
    uint64_t input = tokens_of(entry, "input_tokens"), output = tokens_of(entry, "output_tokens");
    bool silent = json_is_true(json_object_get(entry, "answered")) && (input == 0 || output == 0);
    int64_t spent = cost_answered(jobs->service->conf, 0, model, input, output);
    struct cost cost;

    if (silent && cost_answered(jobs->service->conf, 0, model, MILLION, MILLION) > 0) {
        cost_expect(jobs->service->conf, &job->row, job_slide_row(job, number), &cost);
        spent = cost.max > spent ? cost.max : spent;
    }
    return spent / 2;
}

static void on_entry(struct jobs *jobs, struct job *job, const struct worker *vision, uint32_t number,
                     const json_t *entry)
{
    struct slide_row *slide = job_slide_row(job, number);
    const json_t *answer = json_object_get(entry, "answer");
    const struct payer payer = payer_of(&job->row);
    int64_t spent;

    if (slide == NULL || slide->outcome != OUTCOME_OPEN)
        return;
    spent = spent_on(jobs, job, number, entry);
    budget_settle(jobs->budget, &payer, 0, 0, spent);
    slide->input_tokens += tokens_of(entry, "input_tokens");
    slide->output_tokens += tokens_of(entry, "output_tokens");
    slide->spent += spent;
    slide->calls += json_is_true(json_object_get(entry, "answered"));
    if (!json_is_object(answer)) {
        log_info(batch_slide_requeued, log_job(job->row.job), log_int("slide", number),
                 log_str("code", text_of(entry, "code")));
        lanes_add(jobs->lanes, job_work(job, LANE_EXPLAIN, number), 0);
        return;
    }
    slide_answered(jobs, job, number, vision, answer, text_of(entry, "model"),
                   strcmp(text_of(entry, "outcome"), "text_only") == 0);
}

static void on_polled(struct jobs *jobs, struct job *job, const struct worker *vision, struct batch *batch,
                      struct wire *result)
{
    json_t *list, *slides;

    if (!result->polled.ended) {
        poll_later(jobs, job, batch);
        return;
    }
    list = json_loadb(wire_data(result, 0), wire_size(result, 0), 0, NULL);
    log_info(batch_ended, log_job(job->row.job), log_str("batch", batch->name),
             log_int("slides", (int64_t)json_array_size(list)));
    job->live = true; /* what is left, and what a restart finds, is asked for at once */
    slides = json_incref(batch->slides);
    batch_end(jobs, job, batch);
    for (size_t i = 0; i < json_array_size(slides); i++) {
        uint32_t slide = (uint32_t)json_integer_value(json_array_get(slides, i));

        on_entry(jobs, job, vision, slide, entry_of(list, slide));
    }
    json_decref(slides);
    json_decref(list);
}

static void on_failed(struct jobs *jobs, struct job *job, struct batch *batch, const struct lease *lease,
                      const struct wire_failed *failed)
{
    enum code code = code_of(failed->code);
    int64_t age_ms = clock_unix_ms() - job->row.created_ms;
    bool too_late = *batch->name == '\0' &&
                    age_ms > jobs->service->conf->economy_deadline_s * 1000; /* not even handed in */

    if (failed->retryable && !too_late)
        lanes_add(jobs->lanes, lease->work, jobs->service->now_ms + AGAIN_MS);
    else if (!failed->retryable && code_scope_of(code) == SCOPE_JOB && code != CODE_INTERNAL)
        job_fail(job, code, failed->detail);
    else {
        log_warn(batch_failed, log_job(job->row.job), log_str("code", failed->code),
                 log_str("reason", failed->detail));
        job->live = true;
        batch_ask_live(jobs, job, batch);
    }
}

void batch_on_result(struct jobs *jobs, struct job *job, const struct lease *lease, struct wire *result)
{
    struct batch *batch = batch_of(job, lease->work.item);

    if (batch == NULL)
        return;
    if (result->type == WIRE_BATCHED)
        on_batched(jobs, job, batch, result->batched.batch);
    else if (result->type == WIRE_POLLED)
        on_polled(jobs, job, worker_pool_ready(jobs->pool, STAGE_VISION), batch, result);
    else
        on_failed(jobs, job, batch, lease, &result->failed);
}

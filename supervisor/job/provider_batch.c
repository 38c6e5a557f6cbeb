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
#include "supervisor/job/slide.h"
#include "supervisor/supervisor.h"

enum { MAX_SLIDES = 500, AGAIN_MS = 30000, MILLION = 1000000 };

struct batch {
    struct batch *next;
    uint32_t n;     /* among those of the job, from 1 */
    char *name;     /* the provider's; "" until it is handed in */
    json_t *slides; /* numbers */
    int64_t deadline_ms, reserved;
};

/* ---- which ---- */

static struct batch *batch_of(const struct job *job, uint32_t n)
{
    struct batch *batch = job->batches;

    while (batch != NULL && batch->n != n)
        batch = batch->next;
    return batch;
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

/* Takes the batch off; what was put aside for it is free again. */
static void batch_end(struct supervisor *sup, struct job *job, struct batch *batch)
{
    const struct payer payer = payer_of(&job->row);
    struct batch **at = &job->batches;

    while (*at != batch)
        at = &(*at)->next;
    *at = batch->next;
    if (*batch->name != '\0')
        ledger_batch_end(sup->ledger, batch->name);
    budget_found(sup->budget, &payer, -batch->reserved);
    free(batch->name);
    json_decref(batch->slides);
    free(batch);
}

void batches_free(struct supervisor *sup, struct job *job)
{
    const struct payer payer = payer_of(&job->row);

    while (job->batches != NULL) { /* the row stays: the batch is still out */
        struct batch *batch = job->batches;

        job->batches = batch->next;
        budget_found(sup->budget, &payer, -batch->reserved);
        free(batch->name);
        json_decref(batch->slides);
        free(batch);
    }
}

static uint32_t slide_at(const struct batch *batch, size_t i)
{
    return (uint32_t)json_integer_value(json_array_get(batch->slides, i));
}

bool batch_has_slide(const struct job *job, uint32_t slide)
{
    for (const struct batch *batch = job->batches; batch != NULL; batch = batch->next)
        for (size_t i = 0; i < json_array_size(batch->slides); i++)
            if (slide_at(batch, i) == slide)
                return true;
    return false;
}

/* ---- handing in ---- */

bool batch_takes(struct supervisor *sup, struct job *job, uint32_t slide)
{
    const struct worker *vision = worker_pool_ready(sup->pool, STAGE_VISION);

    if (!job->row.economy || job->live || (vision != NULL && strcmp(vision->engine, "openai") != 0))
        return false;
    job_slide(job, slide)->saving = true;
    return true;
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

void batch_try(struct supervisor *sup, struct job *job)
{
    struct batch *batch = NULL;

    if (!job->row.economy || job->row.state != JOB_WORKING || !is_complete(job))
        return;
    for (uint32_t i = 0; i < job->row.pages; i++) {
        if (!job->slides[i].saving)
            continue;
        job->slides[i].saving = false;
        if (batch == NULL || json_array_size(batch->slides) == MAX_SLIDES) {
            batch = batch_new(job);
            lanes_add(sup->lanes, job_work(job, LANE_BATCH, batch->n), 0);
        }
        json_array_append_new(batch->slides, json_integer(i + 1));
    }
}

/* At once, then. */
static void ask_live(struct supervisor *sup, struct job *job, struct batch *batch)
{
    for (size_t i = 0; i < json_array_size(batch->slides); i++) {
        uint32_t slide = slide_at(batch, i);

        if (job->slides[slide - 1].row.outcome == OUTCOME_OPEN)
            lanes_add(sup->lanes, job_work(job, LANE_EXPLAIN, slide), 0);
    }
    batch_end(sup, job, batch);
}

/* Leaves out what is known already, and what there is no money for. */
static void weed(struct supervisor *sup, struct job *job, const struct worker *worker, struct batch *batch)
{
    const struct payer payer = payer_of(&job->row);

    for (size_t i = 0; i < json_array_size(batch->slides);) {
        uint32_t slide = slide_at(batch, i);
        char key[BLOB_NAME];
        struct cost cost;
        enum code which;

        answer_cache_slide_key(worker, job, slide, key);
        cost_expect(sup->service.conf, &job->row, job_slide_row(job, slide), &cost);
        if (answer_cache_slide(sup, job, slide, key))
            json_array_remove(batch->slides, i);
        else if (budget_look(sup->budget, &payer, cost.max / 2, &which) != BUDGET_FINE) {
            json_array_remove(batch->slides, i);
            slide_skip(sup, job, slide, which);
        } else {
            budget_found(sup->budget, &payer, cost.max / 2);
            batch->reserved += cost.max / 2;
            i++;
        }
    }
}

static const char *title_at(struct supervisor *sup, struct job *job, uint32_t slide)
{
    const struct build_up *build_up = job_build_up(sup, job, slide);

    return build_up == NULL ? "" : build_up->title;
}

/* The list and the frames. false: a file is lost. */
static bool fill(struct supervisor *sup, struct job *job, const struct batch *batch, bool pictures,
                 struct wire *message)
{
    json_t *list = json_array();
    char *text;

    wire_add_copy(message, "", 0); /* keeps the place */
    for (size_t i = 0; i < json_array_size(batch->slides); i++) {
        uint32_t slide = slide_at(batch, i);
        const struct slide_row *row = &job->slides[slide - 1].row;
        bool picture = pictures && *row->picture != '\0';

        json_array_append_new(list, json_pack("{s:I, s:s, s:s, s:i}", "slide", (json_int_t)slide, "before",
                                              title_at(sup, job, slide - 1), "after",
                                              title_at(sup, job, slide + 1), "picture", picture));
        if (blobs_add_frame(sup->blobs, row->text, message) == -1 ||
            (picture && blobs_add_frame(sup->blobs, row->picture, message) == -1)) {
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

bool batch_issue(struct supervisor *sup, struct job *job, const struct worker *worker, uint32_t n,
                 struct wire *message)
{
    struct batch *batch = batch_of(job, n);
    char mark[BLOB_NAME];

    if (batch == NULL)
        return false;
    if (strcmp(worker->engine, "openai") != 0) {
        ask_live(sup, job, batch);
        return false;
    }
    mark_of(job, worker, batch, mark);
    if (batch->reserved == 0)
        weed(sup, job, worker, batch);
    if (json_array_size(batch->slides) == 0) {
        batch_end(sup, job, batch);
        return false;
    }
    if (!fill(sup, job, batch, true, message)) {
        ask_live(sup, job, batch); /* that draws it again */
        return false;
    }
    message->batch = (struct wire_batch){.job = job->row.job,
                                         .slides = job->row.pages,
                                         .language = job->row.language,
                                         .title = job->row.title,
                                         .outline = job->row.outline,
                                         .instructions = job->row.instructions,
                                         .card_style = job->row.card_style,
                                         .cards = job->row.cards,
                                         .max_tokens = (uint32_t)sup->service.conf->model_max_tokens};
    message->text = need_dup(mark);
    message->batch.mark = message->text;
    return true;
}

bool batch_issue_poll(struct supervisor *sup, struct job *job, uint32_t n, struct wire *message)
{
    struct batch *batch = batch_of(job, n);

    if (batch == NULL)
        return false;
    if (!fill(sup, job, batch, false, message)) {
        ask_live(sup, job, batch);
        return false;
    }
    message->poll = (struct wire_poll){.job = job->row.job,
                                       .slides = job->row.pages,
                                       .language = job->row.language,
                                       .title = job->row.title,
                                       .outline = job->row.outline,
                                       .instructions = job->row.instructions,
                                       .card_style = job->row.card_style,
                                       .cards = job->row.cards,
                                       .batch = batch->name,
                                       .late = clock_unix_ms() >= batch->deadline_ms};
    return true;
}

/* ---- what comes back ---- */

static void poll_later(struct supervisor *sup, struct job *job, const struct batch *batch)
{
    lanes_add(sup->lanes, job_work(job, LANE_POLL, batch->n),
              sup->service.now_ms + sup->service.conf->economy_poll_s * 1000);
}

static void on_batched(struct supervisor *sup, struct job *job, struct batch *batch, const char *name)
{
    char *slides = json_dumps(batch->slides, JSON_COMPACT);

    must(slides != NULL);
    job_text(&batch->name, name);
    batch->deadline_ms = clock_unix_ms() + sup->service.conf->economy_deadline_s * 1000;
    ledger_batch_add(sup->ledger, &(struct batch_row){.batch = batch->name,
                                                      .job = job->row.id,
                                                      .deadline_ms = batch->deadline_ms,
                                                      .slides = slides,
                                                      .reserved = batch->reserved});
    log_info(batch_submitted, log_job(job->row.job), log_str("batch", name),
             log_int("slides", (int64_t)json_array_size(batch->slides)));
    free(slides);
    poll_later(sup, job, batch);
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
static int64_t spent_on(const struct supervisor *sup, const struct job *job, uint32_t number,
                        const json_t *entry)
{
    const char *model = text_of(entry, "model");
    uint64_t input = tokens_of(entry, "input_tokens"), output = tokens_of(entry, "output_tokens");
    bool silent = json_is_true(json_object_get(entry, "answered")) && (input == 0 || output == 0);
    int64_t spent = cost_answered(sup->service.conf, 0, model, input, output);
    struct cost cost;

    if (silent && cost_answered(sup->service.conf, 0, model, MILLION, MILLION) > 0) {
        cost_expect(sup->service.conf, &job->row, job_slide_row(job, number), &cost);
        spent = cost.max > spent ? cost.max : spent;
    }
    return spent / 2;
}

static void on_entry(struct supervisor *sup, struct job *job, const struct worker *vision, uint32_t number,
                     const json_t *entry)
{
    struct slide_row *slide = job_slide_row(job, number);
    const json_t *answer = json_object_get(entry, "answer");
    const struct payer payer = payer_of(&job->row);
    int64_t spent;

    if (slide == NULL || slide->outcome != OUTCOME_OPEN)
        return;
    spent = spent_on(sup, job, number, entry);
    budget_settle(sup->budget, &payer, 0, 0, spent);
    slide->input_tokens += tokens_of(entry, "input_tokens");
    slide->output_tokens += tokens_of(entry, "output_tokens");
    slide->spent += spent;
    slide->calls += json_is_true(json_object_get(entry, "answered"));
    if (!json_is_object(answer)) {
        log_info(batch_slide_requeued, log_job(job->row.job), log_int("slide", number),
                 log_str("code", text_of(entry, "code")));
        lanes_add(sup->lanes, job_work(job, LANE_EXPLAIN, number), 0);
        return;
    }
    slide_answered(sup, job, number, vision, answer, text_of(entry, "model"),
                   strcmp(text_of(entry, "outcome"), "text_only") == 0);
}

static void on_polled(struct supervisor *sup, struct job *job, const struct worker *vision,
                      struct batch *batch, struct wire *result)
{
    json_t *list, *slides;

    if (!result->polled.ended) {
        poll_later(sup, job, batch);
        return;
    }
    list = json_loadb(wire_data(result, 0), wire_size(result, 0), 0, NULL);
    log_info(batch_ended, log_job(job->row.job), log_str("batch", batch->name),
             log_int("slides", (int64_t)json_array_size(list)));
    job->live = true; /* what is left, and what a restart finds, is asked for at once */
    slides = json_incref(batch->slides);
    batch_end(sup, job, batch);
    for (size_t i = 0; i < json_array_size(slides); i++) {
        uint32_t slide = (uint32_t)json_integer_value(json_array_get(slides, i));

        on_entry(sup, job, vision, slide, entry_of(list, slide));
    }
    json_decref(slides);
    json_decref(list);
}

static void on_failed(struct supervisor *sup, struct job *job, struct batch *batch, const struct lease *lease,
                      const struct wire_failed *failed)
{
    enum code code = code_of(failed->code);
    int64_t age_ms = clock_unix_ms() - job->row.created_ms;
    bool too_late = *batch->name == '\0' &&
                    age_ms > sup->service.conf->economy_deadline_s * 1000; /* not even handed in */

    if (failed->retryable && !too_late)
        lanes_add(sup->lanes, lease->work, sup->service.now_ms + AGAIN_MS);
    else if (!failed->retryable && code_scope_of(code) == SCOPE_JOB && code != CODE_INTERNAL)
        job_fail(job, code, failed->detail);
    else {
        log_warn(batch_failed, log_job(job->row.job), log_str("code", failed->code),
                 log_str("reason", failed->detail));
        job->live = true;
        ask_live(sup, job, batch);
    }
}

void batch_on_result(struct supervisor *sup, struct job *job, const struct lease *lease, struct wire *result)
{
    struct batch *batch = batch_of(job, lease->work.item);

    if (batch == NULL)
        return;
    if (result->type == WIRE_BATCHED)
        on_batched(sup, job, batch, result->batched.batch);
    else if (result->type == WIRE_POLLED)
        on_polled(sup, job, worker_pool_ready(sup->pool, STAGE_VISION), batch, result);
    else
        on_failed(sup, job, batch, lease, &result->failed);
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

void batches_load(struct supervisor *sup, struct job *job)
{
    const struct payer payer = payer_of(&job->row);

    if (!job->row.economy || job->batches != NULL)
        return;
    ledger_batches(sup->ledger, job->row.id, on_batch_row, job);
    for (const struct batch *batch = job->batches; batch != NULL; batch = batch->next) {
        budget_found(sup->budget, &payer, batch->reserved);
        lanes_add(sup->lanes, job_work(job, LANE_POLL, batch->n), 0);
    }
}

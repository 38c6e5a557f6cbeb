/* slide - see slide.h */
#include "supervisor/job/slide.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "stages/vision/text/page_kind.h"
#include "supervisor/job/batch.h"
#include "supervisor/job/estimate.h"
#include "supervisor/schedule/outage.h"
#include "supervisor/job/overview.h"
#include "supervisor/job/answer_cache.h"
#include "supervisor/job/job.h"
#include "supervisor/job/jobs.h"

enum { DISK_FULL_MS = 5000, AGAIN_MS = 1000, MAX_CHARGES = 3 };

static void done(struct jobs *jobs, struct job *job, struct slide_row *slide, enum outcome outcome);

static void add(struct jobs *jobs, struct job *job, enum lane_id lane, uint32_t slide, int64_t due_ms)
{
    if (!job_busy(job, slide))
        job_set_busy(job, slide, true);
    lanes_add(jobs->lanes, job_work(job, lane, slide), due_ms);
}

/* ---- steps on the way to a slide ---- */

/* The next page is needed first: this one may be but a step on the way to it. */
static bool next_is_known(const struct job *job, uint32_t slide)
{
    const struct slide_row *next = job_slide_row(job, slide + 1);

    return next == NULL || next->outcome != OUTCOME_OPEN || *next->text != '\0';
}

static bool is_step(struct jobs *jobs, struct job *job, uint32_t slide)
{
    const struct slide_row *this = job_slide_row(job, slide), *next = job_slide_row(job, slide + 1);
    const struct build_up *build_up;

    if (next == NULL || next->outcome == OUTCOME_FAILED || next->outcome == OUTCOME_BLANK || this->degraded ||
        next->degraded || strcmp(this->picture, next->picture) == 0)
        return false; /* the very same page is one answer for both */
    build_up = job_build_up(jobs, job, slide);
    return build_up != NULL && build_up->step;
}

/* A drawn slide goes on its way, if it can be told which. */
static void go_on(struct jobs *jobs, struct job *job, uint32_t number)
{
    struct slide *slide = job_slide(job, number);

    if (job->row.state != JOB_WORKING || slide == NULL || !slide->waits || !next_is_known(job, number))
        return;
    slide->waits = false;
    if (is_step(jobs, job, number)) {
        slide->row.see_slide = number + 1;
        slide_skip(jobs, job, number, CODE_BUILD_UP);
    } else if (job->row.estimate)
        done(jobs, job, &slide->row, OUTCOME_SKIPPED);
    else if (!batch_takes(jobs, job, number))
        lanes_add(jobs->lanes, job_work(job, LANE_EXPLAIN, number), 0);
    batch_try(jobs, job);
}

static void wait_for_next(struct job *job, uint32_t slide)
{
    if (!job_busy(job, slide))
        job_set_busy(job, slide, true);
    job_slide(job, slide)->waits = true;
}

/* ---- the end of the work on all slides ---- */

static bool is_render_code(const char *code)
{
    return strncmp(code, "RENDER_", strlen("RENDER_")) == 0;
}

/* Not explained, for a reason of its own. */
static bool is_missing(const struct slide_row *slide)
{
    return (slide->outcome == OUTCOME_FAILED || slide->outcome == OUTCOME_SKIPPED) && slide->see_slide == 0;
}

/* The code most missing slides have, and how many. */
static enum code commonest(const struct job *job, uint32_t *count)
{
    uint32_t counts[CODES] = {0};
    enum code best = CODE_INTERNAL;

    for (uint32_t i = 0; i < job->row.pages; i++)
        counts[code_of(job->slides[i].row.code)] += is_missing(&job->slides[i].row);
    for (int code = 0; code < CODES; code++)
        if (counts[code] > counts[best])
            best = (enum code)code;
    *count = counts[best];
    return best;
}

/* Pages that cannot be drawn are reported one by one, even if there are no others; a model that explains
 * nothing at all, or no money for it, has not done the job. */
static bool nothing_explained(const struct job *job)
{
    bool by_document = true;

    for (uint32_t i = 0; i < job->row.pages; i++) {
        const struct slide_row *slide = &job->slides[i].row;

        if (is_missing(slide))
            by_document = by_document && slide->outcome == OUTCOME_FAILED && is_render_code(slide->code);
        else if (slide->see_slide == 0)
            return false;
    }
    return !by_document;
}

/* What was said of the first slide that has the code: with it stand the other side's own words. */
static const char *said_of(const struct job *job, enum code code)
{
    for (uint32_t i = 0; i < job->row.pages; i++) {
        const struct slide_row *slide = &job->slides[i].row;

        if (is_missing(slide) && code_of(slide->code) == code && slide->detail != NULL &&
            *slide->detail != '\0')
            return slide->detail;
    }
    return code_doc(code);
}

static void fail_all(struct job *job)
{
    char detail[1024];
    uint32_t count;
    enum code code = commonest(job, &count);
    bool money = code == CODE_BUDGET_JOB || code == CODE_BUDGET_KEY || code == CODE_BUDGET_DAY;

    snprintf(detail, sizeof detail, "not one slide could be explained; %u of %u: %s, %s", count,
             job->row.pages, code_name(code), said_of(job, code));
    job_text(&job->row.code, code_name(money ? code : CODE_ALL_SLIDES_FAILED));
    job_text(&job->row.detail, detail);
    job_raise(job, EVENT_NOTHING_EXPLAINED);
}

static void end_working(struct jobs *jobs, struct job *job)
{
    if (job->checking || !job_fits(job, LANE_EXPLAIN) || job->open > 0 || job->busy_count > 0)
        return;
    if (job->row.estimate)
        estimate_end(jobs, job);
    else if (nothing_explained(job))
        fail_all(job);
    else if (!overview_begin(jobs, job))
        job_raise(job, EVENT_SLIDES_DONE);
}

void slides_work(struct jobs *jobs, struct job *job)
{
    batches_load(jobs, job);
    for (uint32_t i = 0; i < job->row.pages; i++) {
        const struct slide_row *slide = &job->slides[i].row;
        bool has_picture = blobs_has(jobs->blobs, slide->picture);
        const struct slide_facts facts = {.outcome = slide->outcome,
                                          .has_text = blobs_has(jobs->blobs, slide->text),
                                          .has_picture = has_picture,
                                          .degraded = slide->degraded && *slide->picture == '\0',
                                          .picture_lost = *slide->picture != '\0' && !has_picture};
        enum slide_need need = job_table_slide(&facts);

        if (need == NEED_RASTER && !job->slides[i].busy)
            add(jobs, job, LANE_RASTER, i + 1, 0);
        else if (need == NEED_EXPLAIN && !job->slides[i].busy && batch_has_slide(job, i + 1))
            job_set_busy(job, i + 1, true);
        else if (need == NEED_EXPLAIN && !job->slides[i].busy)
            wait_for_next(job, i + 1);
    }
    for (uint32_t slide = 1; slide <= job->row.pages; slide++)
        go_on(jobs, job, slide);
    end_working(jobs, job);
}

static void save(struct jobs *jobs, struct job *job, struct slide_row *slide)
{
    ledger_slide_update(jobs->ledger, job->row.id, slide);
    free(slide->answer); /* it is in the row now */
    slide->answer = NULL;
}

static void done(struct jobs *jobs, struct job *job, struct slide_row *slide, enum outcome outcome)
{
    if (slide->outcome == OUTCOME_OPEN) {
        slide->outcome = outcome;
        job->open--;
        jobs->slides[outcome]++;
    }
    save(jobs, job, slide);
    job_set_busy(job, slide->slide, false);
    go_on(jobs, job, slide->slide - 1);
    batch_try(jobs, job);
    end_working(jobs, job);
}

/* There is none, for good. */
static void forget_picture(struct jobs *jobs, struct slide_row *slide)
{
    blobs_drop(jobs->blobs, slide->picture);
    slide->picture[0] = '\0';
    slide->degraded = true;
}

static void fail(struct jobs *jobs, struct job *job, struct slide_row *slide, enum code code,
                 const char *detail)
{
    if (!blobs_has(jobs->blobs, slide->picture)) /* it was lost, and cannot be drawn again */
        forget_picture(jobs, slide);
    if (slide->outcome == OUTCOME_OPEN) {
        log_warn(slide_failed, log_job(job->row.job), log_int("slide", slide->slide),
                 log_int("attempt", slide->attempt), log_str("code", code_name(code)),
                 log_str("reason", detail));
        job_text(&slide->code, code_name(code));
        job_text(&slide->detail, detail == NULL || *detail == '\0' ? code_doc(code) : detail);
    }
    done(jobs, job, slide, OUTCOME_FAILED);
}

void slide_skip(struct jobs *jobs, struct job *job, uint32_t number, enum code code)
{
    struct slide_row *slide = job_slide_row(job, number);

    job_text(&slide->code, code_name(code));
    job_text(&slide->detail, code_doc(code));
    done(jobs, job, slide, OUTCOME_SKIPPED);
}

/* ---- drawn ---- */

/* Its content cannot be drawn, so there is nothing to explain, and no model is asked about an empty picture:
 * the reason is all it can say. */
static void undrawn(struct jobs *jobs, struct job *job, struct slide_row *slide)
{
    json_t *answer =
        json_pack("{s:s, s:[], s:[], s:s, s:s, s:[], s:s}", "title", "", "explanation", "key_points",
                  "connections", "", "short_summary", "", "anki_cards", "kind", "content");

    log_debug(slide_not_rendered, log_job(job->row.job), log_int("slide", slide->slide),
              log_str("reason", slide->detail));
    slide->answer = json_dumps(answer, JSON_COMPACT);
    must(slide->answer != NULL);
    json_decref(answer);
    done(jobs, job, slide, OUTCOME_TEXT_ONLY);
}

/* The slide holds that blob instead of what it had. */
static void keep(struct jobs *jobs, const char *fresh, char name[SHA_ROOM])
{
    blobs_hold(jobs->blobs, fresh);
    blobs_drop(jobs->blobs, name);
    snprintf(name, SHA_ROOM, "%s", fresh);
}

static bool is_blank(struct wire *result)
{
    const struct wire_rastered *rastered = &result->rastered;

    return job_table_blank(rastered->letters, rastered->ink_ppm) ||
           page_kind_near_blank(wire_data(result, 0), wire_size(result, 0), rastered->ink_ppm);
}

void slide_on_rastered(struct jobs *jobs, struct job *job, const struct lease *lease, struct blob_write *kept)
{
    struct wire *result = &kept->message;
    struct slide_row *slide = job_slide_row(job, lease->work.item);
    const struct wire_rastered *rastered = &result->rastered;

    if (kept->error != 0) {
        add(jobs, job, LANE_RASTER, slide->slide, jobs->service->now_ms + DISK_FULL_MS);
        return;
    }
    keep(jobs, kept->names[0], slide->text);
    if (result->frames == 2)
        keep(jobs, kept->names[1], slide->picture);
    else
        forget_picture(jobs, slide);
    slide->width = rastered->width;
    slide->height = rastered->height;
    slide->degraded = rastered->degraded || result->frames < 2;
    slide->letters = rastered->letters;
    build_up_free(&job_slide(job, slide->slide)->build_up);
    if (*rastered->detail != '\0' && slide->outcome == OUTCOME_OPEN) {
        job_text(&slide->code, code_name(CODE_RENDER_ERROR));
        job_text(&slide->detail, rastered->detail);
    }
    if (slide->outcome != OUTCOME_OPEN) /* its picture had been lost */
        done(jobs, job, slide, slide->outcome);
    else if (!slide->degraded && is_blank(result))
        done(jobs, job, slide, OUTCOME_BLANK);
    else if (slide->degraded && rastered->letters == 0 && rastered->ink_ppm == 0)
        undrawn(jobs, job, slide);
    else {
        save(jobs, job, slide);
        wait_for_next(job, slide->slide);
        go_on(jobs, job, slide->slide - 1);
        go_on(jobs, job, slide->slide);
    }
}

/* ---- explained ---- */

void slide_on_explained(struct jobs *jobs, struct job *job, const struct lease *lease, struct wire *result)
{
    struct slide_row *slide = job_slide_row(job, lease->work.item);
    const struct wire_explained *explained = &result->explained;

    slide->answer = strndup(wire_data(result, 0), wire_size(result, 0));
    must(slide->answer != NULL);
    job_text(&slide->engine, explained->engine);
    job_text(&slide->model, explained->model);
    if (explained->calls > lease->told_calls) { /* it had told our predecessor, or had nothing to tell */
        slide->input_tokens += lease_untold(explained->input_tokens, lease->told_input);
        slide->output_tokens += lease_untold(explained->output_tokens, lease->told_output);
        slide->calls += explained->calls - lease->told_calls;
    }
    answer_cache_keep(jobs, lease->key, slide->answer, slide->engine, slide->model);
    done(jobs, job, slide, explained->outcome == OUTCOME_TEXT_ONLY ? OUTCOME_TEXT_ONLY : OUTCOME_EXPLAINED);
}

void slide_answered(struct jobs *jobs, struct job *job, uint32_t number, const struct worker *vision,
                    const json_t *answer, const char *model, bool text_only)
{
    struct slide_row *slide = job_slide_row(job, number);
    char key[BLOB_NAME];

    slide->answer = json_dumps(answer, JSON_COMPACT);
    must(slide->answer != NULL);
    job_text(&slide->engine, "openai");
    job_text(&slide->model, model);
    if (vision != NULL) {
        answer_cache_slide_key(vision, job, number, key);
        answer_cache_keep(jobs, key, slide->answer, slide->engine, slide->model);
    }
    done(jobs, job, slide, text_only ? OUTCOME_TEXT_ONLY : OUTCOME_EXPLAINED);
}

void slide_remember(struct jobs *jobs, const char *key, struct wire *result)
{
    char *answer = strndup(wire_data(result, 0), wire_size(result, 0));

    must(answer != NULL);
    answer_cache_keep(jobs, key, answer, result->explained.engine, result->explained.model);
    free(answer);
}

static void set_cached(struct jobs *jobs, struct job *job, uint32_t number, const char *answer,
                       const char *engine, const char *model)
{
    struct slide_row *slide = job_slide_row(job, number);

    slide->answer = need_dup(answer);
    job_text(&slide->engine, engine);
    job_text(&slide->model, model);
    done(jobs, job, slide, OUTCOME_CACHED);
}

bool slide_find_answer(struct jobs *jobs, struct job *job, uint32_t slide, const char *key)
{
    char *engine, *model, *answer = recall(jobs, key, &engine, &model);

    if (answer == NULL)
        return false;
    set_cached(jobs, job, slide, answer, engine, model);
    free(answer);
    free(engine);
    free(model);
    return true;
}

/* ---- failed ---- */

/* The model was out of order, and the slide is not to blame. */
static bool waits(struct jobs *jobs, struct job *job, const struct lease *lease,
                  const struct wire_failed *failed)
{
    struct slide *slide = job_slide(job, lease->work.item);
    bool waits = outage_absorbs_failure(jobs->schedule, lease, failed, slide->failed_ms, slide->charges > 0);

    slide->failed_ms = jobs->service->now_ms;
    if (!waits)
        return false;
    slide->row.attempt -= slide->row.attempt > 0;
    save(jobs, job, &slide->row);
    add(jobs, job, lease->work.lane, slide->row.slide, jobs->service->now_ms + AGAIN_MS);
    return true;
}

/* What OCR read of a page without text stands in for its text layer (manifest.c). */
static void keep_reading(struct slide_row *slide, const struct lease *lease, struct wire *result)
{
    json_t *layer, *answer;

    if (lease->work.lane != LANE_EXPLAIN || result->frames == 0 || slide->outcome != OUTCOME_OPEN)
        return;
    layer = json_loadb(wire_data(result, 0), wire_size(result, 0), 0, NULL);
    if (!json_is_object(layer)) {
        json_decref(layer);
        return;
    }
    answer = json_pack("{s:o}", "layer", layer);
    slide->answer = json_dumps(answer, JSON_COMPACT);
    must(slide->answer != NULL);
    json_decref(answer);
}

void slide_on_failed(struct jobs *jobs, struct job *job, const struct lease *lease, struct wire *result)
{
    const struct wire_failed *failed = &result->failed;
    struct slide_row *slide = job_slide_row(job, lease->work.item);
    enum code code = code_of(failed->code);
    bool for_now = failed->retryable && breaker_code(lease->work.lane, code);

    if (for_now && waits(jobs, job, lease, failed))
        return;
    keep_reading(slide, lease, result);
    if (for_now && jobs->service->conf->limit_outage_s > 0 &&
        ++job_slide(job, slide->slide)->charges < MAX_CHARGES)
        add(jobs, job, lease->work.lane, slide->slide, jobs->service->now_ms + AGAIN_MS);
    else if (code_scope_of(code) == SCOPE_JOB && code != CODE_INTERNAL)
        job_fail(job, code, failed->detail);
    else if (code == CODE_INTERNAL && failed->retryable && !job_table_poison(0, lease->attempt))
        add(jobs, job, lease->work.lane, slide->slide,
            jobs->service->now_ms + AGAIN_MS); /* the slide is not to blame */
    else
        fail(jobs, job, slide, code, failed->detail);
}

void slide_on_death(struct jobs *jobs, struct job *job, const struct lease *lease, bool charged, bool late)
{
    struct slide_row *slide = job_slide_row(job, lease->work.item);

    slide->crashes += charged;
    if (job_table_poison(slide->crashes, lease->attempt)) {
        fail(jobs, job, slide, late ? CODE_SLIDE_TIMEOUT : CODE_SLIDE_POISON, NULL);
        return;
    }
    save(jobs, job, slide);
    lanes_add(jobs->lanes, lease->work, 0);
}

/* slide - see slide.h */
#include "supervisor/job/slide.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "stages/lib/text/page_kind.h"
#include "supervisor/job/greedy.h"
#include "supervisor/schedule/outage.h"

enum { AGAIN_MS = 1000, MAX_CHARGES = 3 };

static void end_slide(const struct slides *slides, struct job *job, struct slide_row *slide,
                      enum outcome outcome);

static void queue(const struct slides *slides, struct job *job, enum lane_id lane, uint32_t slide,
                  int64_t due_ms)
{
    if (!job_busy(job, slide))
        job_set_busy(job, slide, true);
    lanes_add(slides->lanes, job_work(job, lane, slide), due_ms);
}

/* ---- steps on the way to a slide ---- */

static bool is_known(const struct slide_row *slide)
{
    return slide == NULL || slide->outcome != OUTCOME_OPEN || *slide->text != '\0';
}

/* The next page is needed first: this one may be but a step on the way to it. A question about a slide has
 * the titles of both. */
static bool neighbours_are_known(const struct job *job, uint32_t slide)
{
    return is_known(job_slide_row(job, slide - 1)) && is_known(job_slide_row(job, slide + 1));
}

static bool is_step(const struct slides *slides, struct job *job, uint32_t slide)
{
    const struct slide_row *this = job_slide_row(job, slide), *next = job_slide_row(job, slide + 1);
    const struct build_up *build_up;

    if (next == NULL || next->outcome == OUTCOME_FAILED || next->outcome == OUTCOME_BLANK || this->degraded ||
        next->degraded || strcmp(this->picture, next->picture) == 0)
        return false; /* the very same page is one answer for both */
    build_up = job_build_up(slides->blobs, job, slide);
    return build_up != NULL && build_up->step;
}

static void explain(const struct slides *slides, const struct job *job, const struct slide_row *slide)
{
    struct work work = job_work(job, LANE_EXPLAIN, slide->slide);

    work.greedy = greedy_by_ocr(worker_pool_ready(slides->pool, STAGE_VISION), slide);
    lanes_add(slides->lanes, work, 0);
}

/* A drawn slide goes on its way, if it can be told which. */
static void send_on(const struct slides *slides, struct job *job, uint32_t number)
{
    struct slide *slide = job_slide(job, number);

    if (job->row.state != JOB_WORKING || slide == NULL || !slide->waits || !neighbours_are_known(job, number))
        return;
    slide->waits = false;
    if (is_step(slides, job, number)) {
        slide->row.see_slide = number + 1;
        slide_skip(slides, job, number, CODE_BUILD_UP);
    } else if (job->row.estimate)
        end_slide(slides, job, &slide->row, OUTCOME_SKIPPED);
    else if (!batch_takes(job, number, worker_pool_ready(slides->pool, STAGE_VISION)))
        explain(slides, job, &slide->row);
    batch_try(slides->lanes, job);
}

static void wait_for_neighbours(struct job *job, uint32_t slide)
{
    if (!job_busy(job, slide))
        job_set_busy(job, slide, true);
    job_slide(job, slide)->waits = true;
}

/* Raises EVENT_SLIDES_DONE after the last slide. */
static void check_done(struct job *job)
{
    if (!job->checking && job_fits(job, LANE_EXPLAIN) && job->open == 0 && job->busy_count == 0)
        job_raise(job, EVENT_SLIDES_DONE);
}

void slides_work(const struct slides *slides, struct job *job)
{
    batches_load(slides->batches, job);
    for (uint32_t i = 0; i < job->row.pages; i++) {
        const struct slide_row *slide = &job->slides[i].row;
        bool has_picture = blobs_has(slides->blobs, slide->picture);
        const struct slide_facts facts = {.outcome = slide->outcome,
                                          .has_text = blobs_has(slides->blobs, slide->text),
                                          .has_picture = has_picture,
                                          .degraded = slide->degraded && *slide->picture == '\0',
                                          .picture_lost = *slide->picture != '\0' && !has_picture};
        enum slide_need need = job_table_slide(&facts);

        if (need == NEED_RASTER && !job->slides[i].busy)
            queue(slides, job, LANE_RASTER, i + 1, 0);
        else if (need == NEED_EXPLAIN && !job->slides[i].busy && batch_has_slide(job, i + 1))
            job_set_busy(job, i + 1, true);
        else if (need == NEED_EXPLAIN && !job->slides[i].busy)
            wait_for_neighbours(job, i + 1);
    }
    for (uint32_t slide = 1; slide <= job->row.pages; slide++)
        send_on(slides, job, slide);
    check_done(job);
}

static void save_slide(const struct slides *slides, struct job *job, struct slide_row *slide)
{
    ledger_slide_update(slides->ledger, job->row.id, slide);
    free(slide->answer); /* it is in the row now */
    slide->answer = NULL;
}

static void end_slide(const struct slides *slides, struct job *job, struct slide_row *slide,
                      enum outcome outcome)
{
    if (slide->outcome == OUTCOME_OPEN) {
        slide->outcome = outcome;
        job->open--;
        job_list_slide_ended(slides->list, outcome);
    }
    save_slide(slides, job, slide);
    job_set_busy(job, slide->slide, false);
    send_on(slides, job, slide->slide - 1);
    if (*slide->text == '\0') /* else they have heard of it when it was drawn */
        send_on(slides, job, slide->slide + 1);
    batch_try(slides->lanes, job);
    check_done(job);
}

/* There is none, for good. */
static void forget_picture(const struct slides *slides, struct slide_row *slide)
{
    blobs_drop(slides->blobs, slide->picture);
    slide->picture[0] = '\0';
    slide->degraded = true;
}

static void fail_slide(const struct slides *slides, struct job *job, struct slide_row *slide, enum code code,
                       const char *detail)
{
    if (!blobs_has(slides->blobs, slide->picture)) /* it was lost, and cannot be drawn again */
        forget_picture(slides, slide);
    if (slide->outcome == OUTCOME_OPEN) {
        log_warn(slide_failed, log_job(job->row.job), log_int("slide", slide->slide),
                 log_int("attempt", slide->attempt), log_str("code", code_name(code)),
                 log_str("reason", detail));
        job_reason(&slide->code, &slide->detail, code, detail);
    }
    end_slide(slides, job, slide, OUTCOME_FAILED);
}

void slide_skip(const struct slides *slides, struct job *job, uint32_t number, enum code code)
{
    struct slide_row *slide = job_slide_row(job, number);

    job_reason(&slide->code, &slide->detail, code, NULL);
    end_slide(slides, job, slide, OUTCOME_SKIPPED);
}

/* ---- drawn ---- */

/* Its content cannot be drawn, so there is nothing to explain, and no model is asked about an empty picture:
 * the reason is all it can say. */
static void end_undrawn(const struct slides *slides, struct job *job, struct slide_row *slide)
{
    log_debug(slide_not_rendered, log_job(job->row.job), log_int("slide", slide->slide),
              log_str("reason", slide->detail));
    slide->answer =
        job_json(json_pack("{s:s, s:[], s:[], s:s, s:s, s:[], s:s}", "title", "", "explanation", "key_points",
                           "connections", "", "short_summary", "", "anki_cards", "kind", "content"));
    end_slide(slides, job, slide, OUTCOME_TEXT_ONLY);
}

/* The slide holds that blob instead of what it had. */
static void replace_blob(const struct slides *slides, const char *fresh, char name[SHA_ROOM])
{
    blobs_hold(slides->blobs, fresh);
    blobs_drop(slides->blobs, name);
    snprintf(name, SHA_ROOM, "%s", fresh);
}

static bool is_blank(struct wire *result)
{
    const struct wire_rastered *rastered = &result->rastered;

    return job_table_blank(rastered->letters, rastered->ink_ppm) ||
           page_kind_near_blank(wire_data(result, 0), wire_size(result, 0), rastered->ink_ppm);
}

void slide_on_rastered(const struct slides *slides, struct job *job, const struct lease *lease,
                       struct blob_write *kept)
{
    struct wire *result = &kept->message;
    struct slide_row *slide = job_slide_row(job, lease->work.item);
    const struct wire_rastered *rastered = &result->rastered;

    greedy_done(job, &lease->work);
    replace_blob(slides, kept->names[0], slide->text);
    if (result->frames == 2)
        replace_blob(slides, kept->names[1], slide->picture);
    else
        forget_picture(slides, slide);
    slide->width = rastered->width;
    slide->height = rastered->height;
    slide->degraded = rastered->degraded || result->frames < 2;
    slide->letters = rastered->letters;
    build_up_free(&job_slide(job, slide->slide)->build_up);
    if (*rastered->detail != '\0' && slide->outcome == OUTCOME_OPEN)
        job_reason(&slide->code, &slide->detail, CODE_RENDER_ERROR, rastered->detail);
    if (slide->outcome != OUTCOME_OPEN) /* its picture had been lost */
        end_slide(slides, job, slide, slide->outcome);
    else if (!slide->degraded && is_blank(result))
        end_slide(slides, job, slide, OUTCOME_BLANK);
    else if (slide->degraded && rastered->letters == 0 && rastered->ink_ppm == 0)
        end_undrawn(slides, job, slide);
    else {
        save_slide(slides, job, slide);
        wait_for_neighbours(job, slide->slide);
        send_on(slides, job, slide->slide - 1);
        send_on(slides, job, slide->slide);
    }
    send_on(slides, job, slide->slide + 1);
}

/* ---- explained ---- */

void slide_on_explained(const struct slides *slides, struct job *job, const struct lease *lease,
                        struct wire *result)
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
    answer_cache_keep(slides->cache, lease->key, slide->answer, slide->engine, slide->model);
    end_slide(slides, job, slide,
              explained->outcome == OUTCOME_TEXT_ONLY ? OUTCOME_TEXT_ONLY : OUTCOME_EXPLAINED);
}

void slide_answered(const struct slides *slides, struct job *job, uint32_t number,
                    const struct worker *vision, const json_t *answer, const char *model, bool text_only)
{
    struct slide_row *slide = job_slide_row(job, number);
    char key[BLOB_NAME];

    slide->answer = json_dumps(answer, JSON_COMPACT);
    must(slide->answer != NULL);
    job_text(&slide->engine, "openai");
    job_text(&slide->model, model);
    if (vision != NULL) {
        answer_cache_slide_key(vision, job, number, key);
        answer_cache_keep(slides->cache, key, slide->answer, slide->engine, slide->model);
    }
    end_slide(slides, job, slide, text_only ? OUTCOME_TEXT_ONLY : OUTCOME_EXPLAINED);
}

bool slide_find_answer(const struct slides *slides, struct job *job, uint32_t number, const char *key)
{
    struct slide_row *slide = job_slide_row(job, number);
    struct known_answer known;

    if (!answer_cache_find(slides->cache, key, &known))
        return false;
    slide->answer = known.text;
    known.text = NULL;
    job_text(&slide->engine, known.engine);
    job_text(&slide->model, known.model);
    known_answer_clear(&known);
    end_slide(slides, job, slide, OUTCOME_CACHED);
    return true;
}

/* ---- failed ---- */

/* The model was out of order, and the slide is not to blame. */
static bool wait_out(const struct slides *slides, struct job *job, const struct lease *lease,
                     const struct wire_failed *failed)
{
    struct slide *slide = job_slide(job, lease->work.item);
    bool waits =
        outage_absorbs_failure(slides->schedule, lease, failed, slide->failed_ms, slide->charges > 0);

    slide->failed_ms = slides->service->now_ms;
    if (!waits)
        return false;
    slide->row.attempt -= slide->row.attempt > 0;
    save_slide(slides, job, &slide->row);
    queue(slides, job, lease->work.lane, slide->row.slide, slides->service->now_ms + AGAIN_MS);
    return true;
}

/* What OCR read of a page without text stands in for its text layer (manifest.c). */
static void keep_reading(struct slide_row *slide, const struct lease *lease, struct wire *result)
{
    json_t *layer;

    if (lease->work.lane != LANE_EXPLAIN || result->frames == 0 || slide->outcome != OUTCOME_OPEN)
        return;
    layer = json_loadb(wire_data(result, 0), wire_size(result, 0), 0, NULL);
    if (!json_is_object(layer)) {
        json_decref(layer);
        return;
    }
    slide->answer = job_json(json_pack("{s:o}", "layer", layer));
}

void slide_on_failed(const struct slides *slides, struct job *job, const struct lease *lease,
                     struct wire *result)
{
    const struct wire_failed *failed = &result->failed;
    struct slide_row *slide = job_slide_row(job, lease->work.item);
    enum code code = code_of(failed->code);
    bool for_now = failed->retryable && breaker_code(lease->work.lane, code);

    if (greedy_takes(slides->lanes, job, &lease->work, failed)) {
        slide->attempt -= slide->attempt > 0;
        save_slide(slides, job, slide);
        return;
    }
    if (for_now && wait_out(slides, job, lease, failed))
        return;
    keep_reading(slide, lease, result);
    if (for_now && slides->service->conf->limit_outage_s > 0 &&
        ++job_slide(job, slide->slide)->charges < MAX_CHARGES)
        queue(slides, job, lease->work.lane, slide->slide, slides->service->now_ms + AGAIN_MS);
    else if (code_scope_of(code) == SCOPE_JOB && code != CODE_INTERNAL)
        job_fail(job, code, failed->detail);
    else if (code == CODE_INTERNAL && failed->retryable && !job_table_poison(0, lease->attempt))
        queue(slides, job, lease->work.lane, slide->slide,
              slides->service->now_ms + AGAIN_MS); /* the slide is not to blame */
    else
        fail_slide(slides, job, slide, code, failed->detail);
}

void slide_on_death(const struct slides *slides, struct job *job, const struct lease *lease, bool charged,
                    bool late)
{
    struct slide_row *slide = job_slide_row(job, lease->work.item);

    slide->crashes += charged;
    if (job_table_poison(slide->crashes, lease->attempt)) {
        fail_slide(slides, job, slide, late ? CODE_SLIDE_TIMEOUT : CODE_SLIDE_POISON, NULL);
        return;
    }
    save_slide(slides, job, slide);
    lanes_add(slides->lanes, lease->work, 0);
}

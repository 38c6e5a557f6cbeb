/* overview - see overview.h */
#include "supervisor/job/overview.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "proto/log.h"
#include "proto/panic.h"

/* Fewer slides need no overview; more are told by their titles alone. */
enum { MIN_SLIDES = 5, SLIDES_TOLD_WHOLE = 150, CARDS_TOLD = 6 };

static const char none[] = "null";

/* By a model: what the offline engine made of them needs no overview. */
static uint32_t explained_count(const struct job *job)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < job->row.pages; i++)
        count +=
            job->slides[i].row.engine != NULL && strcmp(job->slides[i].row.engine, "openai") == 0 &&
            (job->slides[i].row.outcome == OUTCOME_EXPLAINED ||
             job->slides[i].row.outcome == OUTCOME_CACHED || job->slides[i].row.outcome == OUTCOME_TEXT_ONLY);
    return count;
}

bool overview_begin(const struct conf *conf, struct lanes *lanes, struct job *job)
{
    if (job->overview_out)
        return true;
    if (*job->row.overview != '\0' || !conf->model_overview || explained_count(job) < MIN_SLIDES)
        return false;
    job->overview_out = true;
    lanes_add(lanes, job_work(job, LANE_OVERVIEW, 0), 0);
    return true;
}

void overview_is_out(struct job *job)
{
    job->overview_out = true;
}

/* ---- the request ---- */

struct telling {
    json_t *slides;
    bool whole;
};

static json_t *fronts_of(const json_t *answer)
{
    json_t *fronts = json_array();
    const json_t *card;
    size_t i;

    json_array_foreach(json_object_get(answer, "anki_cards"), i, card)
    {
        if (i < CARDS_TOLD)
            json_array_append(fronts, json_object_get(card, "front"));
    }
    return fronts;
}

static void on_slide(void *arg, struct slide_row *row)
{
    struct telling *telling = arg;
    json_t *answer = row->answer == NULL ? NULL : json_loads(row->answer, 0, NULL), *slide;

    if (answer == NULL)
        return;
    slide = json_pack("{s:I}", "slide", (json_int_t)row->slide);
    json_object_set(slide, "title", json_object_get(answer, "title"));
    if (telling->whole) {
        json_object_set(slide, "summary", json_object_get(answer, "short_summary"));
        json_object_set_new(slide, "cards", fronts_of(answer));
    }
    json_array_append_new(telling->slides, slide);
    json_decref(answer);
}

char *overview_request(struct ledger *ledger, const struct job *job)
{
    struct telling telling = {.slides = json_array(), .whole = explained_count(job) <= SLIDES_TOLD_WHOLE};

    ledger_slides(ledger, job->row.id, true, on_slide, &telling);
    return job_json(json_pack("{s:o}", "slides", telling.slides));
}

/* ---- the result ---- */

static void set_overview(struct job *job, const char *overview)
{
    job_text(&job->row.overview, overview);
    job->overview_out = false;
    job_raise(job, EVENT_SUMMED_UP);
}

void overview_none(struct job *job)
{
    set_overview(job, none);
}

bool overview_cached(const struct answer_cache *cache, struct job *job, const char *key)
{
    struct known_answer known;

    if (!answer_cache_find(cache, key, &known))
        return false;
    set_overview(job, known.text);
    known_answer_clear(&known);
    return true;
}

void overview_on_failed(struct job *job, const struct wire_failed *failed)
{
    log_warn(overview_failed, log_job(job->row.job), log_str("code", failed->code),
             log_str("reason", failed->detail));
    overview_none(job);
}

void overview_on_result(const struct answer_cache *cache, struct job *job, const struct lease *lease,
                        struct wire *result)
{
    const struct wire_overviewed *overviewed = &result->overviewed;
    char *overview = strndup(wire_data(result, 0), wire_size(result, 0));

    must(overview != NULL);
    if (overviewed->calls > lease->told_calls) {
        job->row.input_tokens += lease_untold(overviewed->input_tokens, lease->told_input);
        job->row.output_tokens += lease_untold(overviewed->output_tokens, lease->told_output);
        job->row.calls += overviewed->calls - lease->told_calls;
    }
    answer_cache_keep(cache, lease->key, overview, overviewed->engine, overviewed->model);
    set_overview(job, overview);
    free(overview);
}

/* estimate - see estimate.h */
#include "supervisor/job/estimate.h"

#include <stdlib.h>

#include <jansson.h>

#include "proto/panic.h"
#include "supervisor/job/lecture_told.h"
#include "supervisor/money/cost.h"
#include "supervisor/money/second_questions.h"
#include "supervisor/money/usage_json.h"

struct figures {
    uint32_t explained, cached, blank, steps, failed, seconds;
    struct cost calls; /* all of them */
    struct cost again; /* if every slide were asked about twice: what that adds */
};

static bool is_known(const struct answer_cache *cache, const struct worker *vision, const struct job *job,
                     uint32_t slide)
{
    struct known_answer known;
    char key[BLOB_NAME];

    if (vision == NULL)
        return false;
    answer_cache_slide_key(vision, job, slide, key);
    if (!answer_cache_find(cache, key, &known))
        return false;
    known_answer_clear(&known);
    return true;
}

static void add(struct cost *sum, const struct cost *cost)
{
    sum->input += cost->input;
    sum->output += cost->output;
    sum->expected += cost->expected;
    sum->max += cost->max;
}

static void add_call(const struct conf *conf, const struct job *job, uint32_t item, struct figures *figures)
{
    struct cost cost;

    cost_expect(conf, &job->row, job_slide_row(job, item), &cost);
    add(&figures->calls, &cost);
}

static void add_again(const struct conf *conf, const struct job *job, uint32_t slide, struct figures *figures)
{
    struct cost cost;

    cost_expect_again(conf, &job->row, job_slide_row(job, slide), &cost);
    add(&figures->again, &cost);
}

/* All that the share allows, about slides like the average. */
static void add_second_questions(const struct conf *conf, struct figures *figures)
{
    const struct cost *again = &figures->again;
    const uint32_t slides = figures->explained;
    uint32_t most = second_questions_most(slides, conf->model_retry_unsupported_share, DOUBT_TAUGHT);

    if (!conf->model_retry_unsupported || slides == 0)
        return;
    figures->seconds = most;
    add(&figures->calls, &(struct cost){.input = again->input * most / slides,
                                        .output = again->output * most / slides,
                                        .expected = again->expected * most / slides,
                                        .max = again->max * most / slides});
}

static void count_slide(const struct answer_cache *cache, const struct worker *vision, const struct job *job,
                        uint32_t slide, struct figures *figures)
{
    const struct slide_row *row = job_slide_row(job, slide);

    if (row->outcome == OUTCOME_BLANK)
        figures->blank++;
    else if (row->outcome == OUTCOME_FAILED)
        figures->failed++;
    else if (row->see_slide > 0)
        figures->steps++;
    else if (is_known(cache, vision, job, slide))
        figures->cached++;
    else {
        figures->explained++;
        add_call(cache->service->conf, job, slide, figures);
        add_again(cache->service->conf, job, slide, figures);
    }
}

void estimate_make(const struct answer_cache *cache, const struct worker *vision, struct job *job)
{
    const struct conf *conf = cache->service->conf;
    struct figures figures = {0};
    json_t *object;
    char *text;

    for (uint32_t slide = 1; slide <= job->row.pages; slide++)
        count_slide(cache, vision, job, slide, &figures);
    add_second_questions(conf, &figures);
    if (conf->model_overview && figures.explained > 0 &&
        figures.explained + figures.cached >= LECTURE_MIN_SLIDES)
        add_call(conf, job, 0, &figures);
    object = json_pack("{s:s, s:I, s:{s:I, s:I, s:I, s:I, s:I}, s:I, s:I, s:I, s:o, s:o}", "model",
                       conf->model_name, "total_slides", (json_int_t)job->row.pages, "slides", "explained",
                       (json_int_t)figures.explained, "cached", (json_int_t)figures.cached, "build_up",
                       (json_int_t)figures.steps, "blank", (json_int_t)figures.blank, "failed",
                       (json_int_t)figures.failed, "second_questions", (json_int_t)figures.seconds,
                       "input_tokens", (json_int_t)figures.calls.input, "output_tokens",
                       (json_int_t)figures.calls.output, "cost_usd", usd_json(conf, figures.calls.expected),
                       "cost_usd_most", usd_json(conf, figures.calls.max));
    text = job_json(object);
    job_text(&job->row.overview, text);
    free(text);
    job_raise(job, EVENT_ESTIMATED);
}

/* estimate - see estimate.h */
#include "supervisor/job/estimate.h"

#include <stdlib.h>

#include <jansson.h>

#include "proto/panic.h"
#include "supervisor/job/lecture_told.h"
#include "supervisor/money/cost.h"
#include "supervisor/money/usage_json.h"

struct figures {
    uint32_t explained, cached, blank, steps, failed;
    uint64_t input, output;
    int64_t expected, max; /* micro-USD */
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

static void add_call(const struct conf *conf, const struct job *job, uint32_t item, struct figures *figures)
{
    struct cost cost;

    cost_expect(conf, &job->row, job_slide_row(job, item), &cost);
    figures->input += cost.input;
    figures->output += cost.output;
    figures->expected += cost.expected;
    figures->max += cost.max;
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
    if (conf->model_overview && figures.explained > 0 &&
        figures.explained + figures.cached >= LECTURE_MIN_SLIDES)
        add_call(conf, job, 0, &figures);
    object = json_pack("{s:s, s:I, s:{s:I, s:I, s:I, s:I, s:I}, s:I, s:I, s:o, s:o}", "model",
                       conf->model_name, "total_slides", (json_int_t)job->row.pages, "slides", "explained",
                       (json_int_t)figures.explained, "cached", (json_int_t)figures.cached, "build_up",
                       (json_int_t)figures.steps, "blank", (json_int_t)figures.blank, "failed",
                       (json_int_t)figures.failed, "input_tokens", (json_int_t)figures.input, "output_tokens",
                       (json_int_t)figures.output, "cost_usd", usd_json(conf, figures.expected),
                       "cost_usd_most", usd_json(conf, figures.max));
    text = job_json(object);
    job_text(&job->row.overview, text);
    free(text);
    job_raise(job, EVENT_ESTIMATED);
}

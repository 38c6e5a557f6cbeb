/* overview - see overview.h */
#include "supervisor/job/overview.h"

#include <stdlib.h>
#include <string.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "supervisor/job/lecture_told.h"

/* So many calls at once leave room for one that is no slide's. */
enum { ROOMY = 8 };

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

static void queue(struct lanes *lanes, struct job *job)
{
    job->overview_out = true;
    lanes_add(lanes, job_work(job, LANE_OVERVIEW, 0), 0);
}

bool overview_begin(const struct conf *conf, struct lanes *lanes, struct job *job)
{
    if (job->overview_out)
        return true;
    if (*job->row.overview != '\0' || !conf->model_overview || explained_count(job) < LECTURE_MIN_SLIDES)
        return false;
    queue(lanes, job);
    return true;
}

void overview_is_out(struct job *job)
{
    job->overview_out = true;
}

void overview_is_back(struct job *job)
{
    job->overview_out = false;
}

/* ---- beside the slides ---- */

/* A slide goes first that waits for a call, or for money. */
static bool gives_way(const struct jobs *jobs, const struct job *job)
{
    bool roomy = !budget_is_limited(jobs->service->conf) && admission_flying(jobs->admissions) >= ROOMY;

    return !roomy && lanes_hold(jobs->lanes, LANE_EXPLAIN, job->row.id);
}

static bool asks_model(const struct jobs *jobs)
{
    const struct worker *vision = worker_pool_ready(jobs->pool, STAGE_VISION);

    return vision != NULL && worker_calls_model(vision);
}

void overview_beside(struct jobs *jobs, struct job *job)
{
    bool done = job->overview_out || job->overview_late || *job->row.overview != '\0' || job->open == 0;

    if (done || job->checking || job->row.estimate || job->row.economy ||
        !jobs->service->conf->model_overview || !job_fits(job, LANE_OVERVIEW))
        return;
    if (asks_model(jobs) && !gives_way(jobs, job) && lecture_told_ready(jobs->blobs, job))
        queue(jobs->lanes, job);
}

static void put_off(struct job *job)
{
    job->overview_out = false;
    job->overview_late = true;
}

/* ---- the result ---- */

/* Slides may be open yet: then they are waited for. If none is, it has to be asked again whether anything
 * came of them: after a restart nobody has. */
static void set_overview(struct ledger *ledger, struct job *job, const char *overview)
{
    job_text(&job->row.overview, overview);
    job->overview_out = false;
    ledger_job_update(ledger, &job->row);
    if (job->row.state == JOB_WORKING && job->open == 0 && job->busy_count == 0)
        job_raise(job, EVENT_SLIDES_DONE);
}

void overview_none(struct ledger *ledger, struct job *job)
{
    set_overview(ledger, job, none);
}

void overview_without_model(struct ledger *ledger, struct job *job)
{
    if (job->open > 0)
        put_off(job);
    else
        overview_none(ledger, job);
}

bool overview_cached(const struct answer_cache *cache, struct job *job, const char *key)
{
    struct known_answer known;

    if (!answer_cache_find(cache, key, &known))
        return false;
    set_overview(cache->ledger, job, known.text);
    known_answer_clear(&known);
    return true;
}

void overview_on_failed(struct ledger *ledger, struct job *job, const struct wire_failed *failed)
{
    if (failed->retryable && job->open > 0) {
        put_off(job);
        return;
    }
    log_warn(overview_failed, log_job(job->row.job), log_str("code", failed->code),
             log_str("reason", failed->detail));
    overview_none(ledger, job);
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
    set_overview(cache->ledger, job, overview);
    free(overview);
}

/* ---- equal lectures ---- */

bool overview_lead(struct jobs *jobs, const struct draft *draft)
{
    struct asker asker = {.work = draft->work};

    memcpy(asker.key, draft->key, sizeof asker.key);
    return !answer_cache_is_on(&jobs->cache) || in_flight_lead(jobs->in_flight, &asker, 1);
}

/* Is it a verdict about what was asked, rather than about the job that asked: its money, its end (INTERNAL:
 * the call was cancelled)? */
static bool is_shared(const struct conf *conf, enum code code)
{
    switch (code) {
    case CODE_MODEL_TRUNCATED:
    case CODE_MODEL_CONTEXT: /* a job with little money may have asked for a shorter answer */
        return !budget_is_limited(conf);
    default:
        return code != CODE_INTERNAL && !budget_is_code(code);
    }
}

void overview_ended(struct jobs *jobs, const struct lease *lease, const struct wire_failed *failed)
{
    const bool shared = failed != NULL && is_shared(jobs->service->conf, code_of(failed->code));
    struct asker asker;

    while (in_flight_take(jobs->in_flight, lease->key, &asker)) {
        struct job *job = job_list_find(jobs->list, asker.work.job);

        must(job != NULL); /* else in_flight_drop() has taken it out */
        if (shared)
            overview_on_failed(jobs->ledger, job, failed);
        else
            lanes_add(jobs->lanes, asker.work, 0);
    }
    in_flight_end(jobs->in_flight, lease->key);
}

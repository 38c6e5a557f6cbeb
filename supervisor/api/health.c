/* health - see health.h */
#include "supervisor/api/health.h"

#include <stdio.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "supervisor/base/json_text.h"
#include "supervisor/base/production.h"
#include "supervisor/schedule/outage.h"
#include "supervisor/schedule/watchdog.h"

static void miss(json_t *missing, const char *what)
{
    json_t *value = json_string(what);

    for (size_t i = 0; i < json_array_size(missing); i++)
        if (strcmp(json_string_value(json_array_get(missing, i)), what) == 0) {
            json_decref(value);
            return;
        }
    must(json_array_append_new(missing, value) == 0);
}

/* By why; only what has happened. */
static json_t *deaths_of(const struct vitals *vitals, enum stage_kind kind)
{
    json_t *deaths = json_object();

    for (int i = 0; i < DEATHS; i++)
        if (worker_pool_deaths(vitals->pool, kind, (enum death)i) > 0)
            json_set(deaths, death_name((enum death)i),
                     json_integer((json_int_t)worker_pool_deaths(vitals->pool, kind, (enum death)i)));
    return deaths;
}

static void look_at_kind(const struct vitals *vitals, enum stage_kind kind, json_t *stages, json_t *missing)
{
    const struct worker_pool *pool = vitals->pool;
    json_t *stage = json_object();
    unsigned ready = worker_pool_ready_count(pool, kind), wanted = worker_pool_wanted(pool, kind);
    char text[96];

    json_set(stages, stage_name(kind), stage);
    json_set(stage, "ready", json_integer(ready));
    json_set(stage, "wanted", json_integer(wanted));
    json_set(stage, "deaths", deaths_of(vitals, kind));
    if (ready > 0 || wanted == 0)
        return;
    snprintf(text, sizeof text, "%s: %s", stage_name(kind),
             worker_pool_parked(pool, kind) ? "its configuration was refused, see the log"
                                            : "no worker is ready");
    miss(missing, text);
}

/* Lanes that wait for others' machines, and for how long. */
static json_t *outages_of(const struct vitals *vitals)
{
    json_t *breakers = json_object();

    for (int i = 0; i < LANES; i++)
        if (outage_ms(vitals->schedule, (enum lane_id)i) >= 0)
            json_set(breakers, lane_name((enum lane_id)i),
                     json_integer(outage_ms(vitals->schedule, (enum lane_id)i) / 1000));
    return breakers;
}

static json_t *stalls_of(const struct vitals *vitals)
{
    json_t *stalls = json_object();

    for (int i = 0; i < LANES; i++)
        if (vitals->schedule->stalled[i] > 0)
            json_set(stalls, lane_name((enum lane_id)i),
                     json_integer((json_int_t)vitals->schedule->stalled[i]));
    return stalls;
}

/* The next worker after that one (NULL: the first) that is ready and lacks something; NULL: none. */
static const struct worker *next_lacking(const struct worker_pool *pool, const struct worker *after)
{
    const struct worker *next = after == NULL ? worker_pool_first(pool) : worker_next(after);

    while (next != NULL && !(worker_is_ready(next) && *worker_said(next)->lacks != '\0'))
        next = worker_next(next);
    return next;
}

const char *health_unready(const struct worker_pool *pool)
{
    static char why[128];
    const struct worker *lacking = next_lacking(pool, NULL);

    for (int i = 0; i < STAGE_KINDS; i++)
        if (worker_pool_wanted(pool, (enum stage_kind)i) > 0 &&
            worker_pool_ready(pool, (enum stage_kind)i) == NULL) {
            snprintf(why, sizeof why, "%s: no worker is ready", stage_name((enum stage_kind)i));
            return why;
        }
    if (lacking == NULL)
        return NULL;
    snprintf(why, sizeof why, "it lacks %.*s", utf8_head(worker_said(lacking)->lacks, 100),
             worker_said(lacking)->lacks);
    return why;
}

/* All that it lacks, each once, in words. */
static json_t *missing_of(const struct vitals *vitals, json_t *stages)
{
    json_t *missing = json_array();

    for (int i = 0; i < STAGE_KINDS; i++)
        look_at_kind(vitals, (enum stage_kind)i, stages, missing);
    for (const struct worker *w = NULL; (w = next_lacking(vitals->pool, w)) != NULL;)
        miss(missing, worker_said(w)->lacks);
    for (unsigned i = 0; i < LACKS; i++)
        if ((vitals->service->lacks & 1u << i) != 0)
            miss(missing, production_variable((enum production_lack)i));
    if (watchdog_stalled(vitals->schedule) != NULL)
        miss(missing, "a lane stands still, see lane_stalled in the log");
    if (!blobs_has_room(vitals->blobs, 0))
        miss(missing, "room on the disk of the state folder");
    if (vitals->service->draining)
        miss(missing, "the service is stopping");
    return missing;
}

/* What tells of the work that others have given it. */
static void set_load(const struct vitals *vitals, json_t *health, json_t *stages)
{
    json_t *queues = json_object();

    for (int i = 0; i < LANES; i++)
        json_set(queues, lane_name((enum lane_id)i),
                 json_integer((json_int_t)lanes_depth(vitals->lanes, (enum lane_id)i)));
    json_set(health, "stages", json_incref(stages));
    json_set(health, "queues", queues);
    json_set(health, "outages", outages_of(vitals));
    json_set(health, "stalls", stalls_of(vitals));
    json_set(health, "open_jobs", json_integer((json_int_t)job_list_counts(vitals->jobs)->open));
    json_set(health, "active_jobs", json_integer(job_list_counts(vitals->jobs)->active));
}

char *health_json(const struct vitals *vitals, bool whole, bool *healthy)
{
    json_t *health = json_object(), *stages = json_object(), *missing = missing_of(vitals, stages);
    const struct wire_hello *vision = worker_pool_said(vitals->pool, STAGE_VISION);

    *healthy = json_array_size(missing) == 0;
    json_set(health, "status", json_string(*healthy ? "healthy" : "unhealthy"));
    json_set(health, "version", json_string(SLIDEMILL_VERSION));
    json_set(health, "missing", missing);
    json_set(health, "engine", json_words(vision->engine));
    json_set(health, "model", json_words(vision->model));
    if (whole)
        set_load(vitals, health, stages);
    json_decref(stages);
    return json_text(health);
}

/* api_json - see api_json.h */
#include "supervisor/api/api_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "proto/clock.h"
#include "proto/log.h"
#include "proto/panic.h"
#include "proto/utf8.h"
#include "supervisor/api/cursor.h"
#include "supervisor/schedule/outage.h"
#include "supervisor/api/api.h"
#include "supervisor/money/usage_json.h"
#include "supervisor/base/production.h"
#include "supervisor/schedule/watchdog.h"

enum { MAX_LIST = 50 };

static char *text_of(json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT);

    must(text != NULL);
    json_decref(object);
    return text;
}

/* NULL: what a row holds is no JSON. */
static void set(json_t *object, const char *name, json_t *value)
{
    must(json_object_set_new(object, name, value == NULL ? json_null() : value) == 0);
}

/* Strangers' words may not be UTF-8 only where a bug let them in; then they are left out, not the report. */
static json_t *words(const char *text)
{
    json_t *value = json_string(text == NULL ? "" : text);

    return value == NULL ? json_string("") : value;
}

static json_t *time_of(int64_t unix_ms)
{
    char text[CLOCK_TEXT];

    clock_text(unix_ms, text);
    return json_string(text);
}

/* ---- one job ---- */

/* How many slides ended how; all outcomes together are the slides of the document. */
static json_t *slides_of(const struct tally *tally)
{
    json_t *slides = json_object();
    uint32_t ended = 0;

    for (int i = OUTCOME_OPEN + 1; i < OUTCOMES; i++)
        ended += tally->outcomes[i];
    set(slides, "done", json_integer(ended));
    for (int i = OUTCOME_OPEN; i < OUTCOMES; i++)
        set(slides, outcome_name((enum outcome)i), json_integer(tally->outcomes[i]));
    return slides;
}

/* One that is no UTF-8 is left out, as in words(). */
static void on_reason(void *arg, const char *code, uint32_t count)
{
    if (utf8_valid(code, strlen(code)))
        set(arg, code, json_integer(count));
}

/* Why slides were skipped or failed: how many by each code. */
static json_t *reasons_of(struct ledger *ledger, const struct job_row *row)
{
    json_t *reasons = json_object();

    ledger_reasons(ledger, row->id, on_reason, reasons);
    return reasons;
}

/* Cards of the model that could not be kept: how many for which reason; null until all are there. */
static json_t *cards_left_out_of(struct ledger *ledger, const struct job_row *row)
{
    json_t *reasons;

    if (row->state != JOB_COMPLETED)
        return json_null();
    reasons = json_object();
    ledger_cards_left_out(ledger, row->id, on_reason, reasons);
    return reasons;
}

static json_t *error_of(const struct job_row *row)
{
    json_t *error = json_object();

    set(error, "message", words(row->detail));
    set(error, "code", words(row->code));
    return error;
}

/* One that the ledger does not have (its row was lost) has no link; the others are told all the same. */
static json_t *outputs_of(struct ledger *ledger, const struct job_row *row, int64_t *expires_at)
{
    json_t *outputs = json_object();
    struct artifact_row artifact;

    for (unsigned n = 0; n < ARTIFACTS; n++) {
        if (!artifact_made(row->outputs, n))
            continue;
        if (!ledger_artifact_find(ledger, row->id, n, &artifact)) {
            log_error(artifact_missing, log_job(row->job), log_str("output", artifact_link(n)));
            set(outputs, artifact_link(n), json_null());
            continue;
        }
        set(outputs, artifact_link(n), words(artifact.url));
        *expires_at = artifact.expires_at;
        free(artifact.url);
    }
    set(outputs, "total_slides", json_integer(row->pages));
    if (ledger_is_offline(ledger, row->id))
        set(outputs, "engine", json_string("offline"));
    return outputs;
}

/* Whose it is; of keys without a name nothing is said, as it always was. */
static void set_tenant(json_t *object, const char *tenant)
{
    if (*tenant != '\0')
        set(object, "tenant", words(tenant));
}

/* As the caller gave it; without, nothing is said. */
static void set_metadata(json_t *object, const struct job_row *row)
{
    if (*row->metadata != '\0')
        set(object, "metadata", json_loads(row->metadata, 0, NULL));
}

static json_t *callback_of(struct ledger *ledger, const struct job_row *row)
{
    static const char *const names[] = {[CALLBACK_PENDING] = "pending",
                                        [CALLBACK_DELIVERED] = "delivered",
                                        [CALLBACK_UNDELIVERED] = "undelivered"};
    uint32_t tries = 0, status = 0;
    enum callback_state state = ledger_outbox_state(ledger, row->id, &tries, &status);

    if (state == CALLBACK_NONE)
        return json_null();
    return json_pack("{s:s, s:I, s:o}", "state", names[state], "tries", (json_int_t)tries, "last_status",
                     status == 0 ? json_null() : json_integer(status));
}

char *api_json_job(struct api *api, const struct job_row *row)
{
    json_t *job = json_object();
    struct tally tally;
    int64_t expires_at = 0;
    bool completed = row->state == JOB_COMPLETED && !row->estimate;

    ledger_tally(api->ledger, row->id, &tally);
    set(job, "jobId", words(row->job));
    set_tenant(job, row->owner);
    set(job, "status", json_string(job_state_name(row->state)));
    set(job, "language", words(row->language));
    if (row->state != JOB_FAILED && *row->detail != '\0')
        set(job, "remark", words(row->detail));
    set(job, "title", words(row->title));
    set(job, "total_slides", row->pages == 0 ? json_null() : json_integer(row->pages));
    set(job, "repaired", json_boolean(row->repaired));
    set(job, "slides", slides_of(&tally));
    set(job, "reasons", reasons_of(api->ledger, row));
    set(job, "cards_left_out", cards_left_out_of(api->ledger, row));
    set(job, "usage", usage_json(api->service->conf, row, &tally));
    if (row->estimate)
        set(job, "estimate", row->state == JOB_COMPLETED ? json_loads(row->overview, 0, NULL) : json_null());
    set(job, "error", row->state == JOB_FAILED ? error_of(row) : json_null());
    set(job, "outputs", completed ? outputs_of(api->ledger, row, &expires_at) : json_null());
    set(job, "outputs_expire_at", expires_at > 0 ? time_of(expires_at * 1000) : json_null());
    set(job, "callback", callback_of(api->ledger, row));
    set_metadata(job, row);
    set(job, "created_at", time_of(row->created_ms));
    set(job, "updated_at", time_of(row->updated_ms));
    return text_of(job);
}

char *api_json_accepted(const char *job)
{
    json_t *answer = json_object();

    set(answer, "jobId", words(job));
    set(answer, "status", json_string("accepted"));
    set(answer, "message", json_string("Processing started"));
    return text_of(answer);
}

char *api_json_resent(const char *job)
{
    json_t *answer = json_object();

    set(answer, "jobId", words(job));
    set(answer, "callback", json_string("pending"));
    return text_of(answer);
}

/* ---- the list ---- */

struct list {
    json_t *jobs;
    int64_t last;
    bool everyone;
};

static void on_listed(void *arg, struct job_row *row)
{
    struct list *list = arg;
    json_t *job = json_object();

    set(job, "jobId", words(row->job));
    if (list->everyone)
        set(job, "tenant", words(row->owner));
    set(job, "status", json_string(job_state_name(row->state)));
    set(job, "total_slides", row->pages == 0 ? json_null() : json_integer(row->pages));
    set(job, "created_at", time_of(row->created_ms));
    set(job, "updated_at", time_of(row->updated_ms));
    must(json_array_append_new(list->jobs, job) == 0);
    list->last = row->id;
    job_row_clear(row);
}

char *api_json_jobs(struct api *api, const char *tenant, int64_t before)
{
    struct list list = {.jobs = json_array(), .everyone = tenant == NULL};
    json_t *answer = json_object();
    char *cursor = NULL;

    ledger_jobs_list(api->ledger, tenant, before, MAX_LIST, on_listed, &list);
    if (json_array_size(list.jobs) == MAX_LIST)
        cursor = cursor_make(api->vault, tenant, list.last);
    set(answer, "cursor", cursor == NULL ? json_null() : json_string(cursor));
    set(answer, "jobs", list.jobs);
    free(cursor);
    return text_of(answer);
}

/* ---- health ---- */

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
static json_t *deaths_of(const struct api *api, enum stage_kind kind)
{
    json_t *deaths = json_object();

    for (int i = 0; i < DEATHS; i++)
        if (worker_pool_deaths(api->pool, kind, (enum death)i) > 0)
            set(deaths, death_name((enum death)i),
                json_integer((json_int_t)worker_pool_deaths(api->pool, kind, (enum death)i)));
    return deaths;
}

static void look_at_kind(const struct api *api, enum stage_kind kind, json_t *stages, json_t *missing)
{
    const struct worker_pool *pool = api->pool;
    json_t *stage = json_object();
    unsigned ready = worker_pool_ready_count(pool, kind), wanted = worker_pool_wanted(pool, kind);
    char text[96];

    set(stages, stage_name(kind), stage);
    set(stage, "ready", json_integer(ready));
    set(stage, "wanted", json_integer(wanted));
    set(stage, "deaths", deaths_of(api, kind));
    if (ready > 0 || wanted == 0)
        return;
    snprintf(text, sizeof text, "%s: %s", stage_name(kind),
             worker_pool_parked(pool, kind) ? "its configuration was refused, see the log"
                                            : "no worker is ready");
    miss(missing, text);
}

/* Lanes that wait for others' machines, and for how long. */
static json_t *outages_of(const struct api *api)
{
    json_t *breakers = json_object();

    for (int i = 0; i < LANES; i++)
        if (outage_ms(api->schedule, (enum lane_id)i) >= 0)
            set(breakers, lane_name((enum lane_id)i),
                json_integer(outage_ms(api->schedule, (enum lane_id)i) / 1000));
    return breakers;
}

static json_t *stalls_of(const struct api *api)
{
    json_t *stalls = json_object();

    for (int i = 0; i < LANES; i++)
        if (api->schedule->stalled[i] > 0)
            set(stalls, lane_name((enum lane_id)i), json_integer((json_int_t)api->schedule->stalled[i]));
    return stalls;
}

const char *api_json_unready(struct api *api)
{
    static char why[128];

    for (int i = 0; i < STAGE_KINDS; i++)
        if (worker_pool_wanted(api->pool, (enum stage_kind)i) > 0 &&
            worker_pool_ready(api->pool, (enum stage_kind)i) == NULL) {
            snprintf(why, sizeof why, "%s: no worker is ready", stage_name((enum stage_kind)i));
            return why;
        }
    for (const struct worker *w = worker_pool_first(api->pool); w != NULL; w = w->next)
        if (worker_is_ready(w) && *w->lacks != '\0') {
            snprintf(why, sizeof why, "it lacks %.*s", utf8_head(w->lacks, 100), w->lacks);
            return why;
        }
    return NULL;
}

/* What tells of the work that others have given it. */
static void set_load(const struct api *api, json_t *health, json_t *stages)
{
    json_t *queues = json_object();

    for (int i = 0; i < LANES; i++)
        set(queues, lane_name((enum lane_id)i),
            json_integer((json_int_t)lanes_depth(api->lanes, (enum lane_id)i)));
    set(health, "stages", json_incref(stages));
    set(health, "queues", queues);
    set(health, "outages", outages_of(api));
    set(health, "stalls", stalls_of(api));
    set(health, "open_jobs", json_integer((json_int_t)job_list_counts(api->jobs)->open));
    set(health, "active_jobs", json_integer(job_list_counts(api->jobs)->active));
}

char *api_json_health(struct api *api, bool whole, bool *healthy)
{
    json_t *health = json_object(), *stages = json_object(), *missing = json_array();
    const struct worker *vision = worker_pool_ready(api->pool, STAGE_VISION);

    for (int i = 0; i < STAGE_KINDS; i++)
        look_at_kind(api, (enum stage_kind)i, stages, missing);
    for (const struct worker *w = worker_pool_first(api->pool); w != NULL; w = w->next)
        if (worker_is_ready(w) && *w->lacks != '\0')
            miss(missing, w->lacks);
    for (unsigned i = 0; i < LACKS; i++)
        if ((api->service->lacks & 1u << i) != 0)
            miss(missing, production_variable((enum production_lack)i));
    if (watchdog_stalled(api->schedule) != NULL)
        miss(missing, "a lane stands still, see lane_stalled in the log");
    if (!blobs_has_room(api->blobs, 0))
        miss(missing, "room on the disk of the state folder");
    if (api->service->draining)
        miss(missing, "the service is stopping");
    *healthy = json_array_size(missing) == 0;
    set(health, "status", json_string(*healthy ? "healthy" : "unhealthy"));
    set(health, "version", json_string(SLIDEMILL_VERSION));
    set(health, "missing", missing);
    set(health, "engine", words(vision == NULL ? "" : vision->engine));
    set(health, "model", words(vision == NULL ? "" : vision->model));
    if (whole)
        set_load(api, health, stages);
    json_decref(stages);
    return text_of(health);
}

/* ---- the callback ---- */

char *api_json_callback(const struct conf *conf, struct ledger *ledger, const struct job_row *row)
{
    json_t *body = json_object(), *outputs;
    struct tally tally;
    int64_t expires_at = 0;

    ledger_tally(ledger, row->id, &tally);
    set(body, "jobId", words(row->job));
    set_tenant(body, row->tenant);
    set(body, "status", json_string(job_state_name(row->state)));
    if (row->state == JOB_COMPLETED) {
        outputs = outputs_of(ledger, row, &expires_at);
        set(outputs, "slides", slides_of(&tally));
        set(body, "outputs", outputs);
    } else
        set(body, "error", error_of(row));
    set(body, "usage", usage_json(conf, row, &tally));
    set_metadata(body, row);
    return text_of(body);
}

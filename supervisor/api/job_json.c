/* job_json - see job_json.h */
#include "supervisor/api/job_json.h"

#include <stdlib.h>
#include <string.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "proto/utf8.h"
#include "supervisor/api/cursor.h"
#include "supervisor/base/json_text.h"
#include "supervisor/money/usage_json.h"

enum { MAX_LIST = 50 };

/* ---- one job ---- */

/* How many slides ended how; all outcomes together are the slides of the document. */
static json_t *slides_of(const struct tally *tally)
{
    json_t *slides = json_object();
    uint32_t ended = 0;

    for (int i = OUTCOME_OPEN + 1; i < OUTCOMES; i++)
        ended += tally->outcomes[i];
    json_set(slides, "done", json_integer(ended));
    for (int i = OUTCOME_OPEN; i < OUTCOMES; i++)
        json_set(slides, outcome_name((enum outcome)i), json_integer(tally->outcomes[i]));
    return slides;
}

/* One that is no UTF-8 is left out, as in json_words(). */
static void on_reason(void *arg, const char *code, uint32_t count)
{
    if (utf8_valid(code, strlen(code)))
        json_set(arg, code, json_integer(count));
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

    json_set(error, "message", json_words(row->detail));
    json_set(error, "code", json_words(row->code));
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
            json_set(outputs, artifact_link(n), json_null());
            continue;
        }
        json_set(outputs, artifact_link(n), json_words(artifact.url));
        *expires_at = artifact.expires_at;
        free(artifact.url);
    }
    json_set(outputs, "total_slides", json_integer(row->pages));
    if (ledger_is_offline(ledger, row->id))
        json_set(outputs, "engine", json_string("offline"));
    return outputs;
}

/* Whose it is; of keys without a name nothing is said, as it always was. */
static void set_tenant(json_t *object, const char *tenant)
{
    if (*tenant != '\0')
        json_set(object, "tenant", json_words(tenant));
}

/* As the caller gave it; without, nothing is said. */
static void set_metadata(json_t *object, const struct job_row *row)
{
    if (*row->metadata != '\0')
        json_set(object, "metadata", json_loads(row->metadata, 0, NULL));
}

/* How the lecture is called and divided, as soon as that is known; an estimate keeps its figures in its
 * place. */
static json_t *overview_of(const struct job_row *row)
{
    json_t *overview = row->estimate ? NULL : json_loads(row->overview, 0, NULL);
    json_t *told = json_pack("{s:O*, s:O*}", "title", json_object_get(overview, "title"), "outline",
                             json_object_get(overview, "outline"));

    json_decref(overview);
    if (json_object_size(told) == 2)
        return told;
    json_decref(told);
    return json_null();
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

char *job_json_state(const struct conf *conf, struct ledger *ledger, const struct job_row *row)
{
    json_t *job = json_object();
    struct tally tally;
    int64_t expires_at = 0;
    bool completed = row->state == JOB_COMPLETED && !row->estimate;

    ledger_tally(ledger, row->id, &tally);
    json_set(job, "jobId", json_words(row->job));
    set_tenant(job, row->owner);
    json_set(job, "status", json_string(job_state_name(row->state)));
    json_set(job, "language", json_words(row->language));
    if (row->state != JOB_FAILED && *row->detail != '\0')
        json_set(job, "remark", json_words(row->detail));
    json_set(job, "title", json_words(row->title));
    json_set(job, "overview", overview_of(row));
    json_set(job, "total_slides", row->pages == 0 ? json_null() : json_integer(row->pages));
    json_set(job, "repaired", json_boolean(row->repaired));
    json_set(job, "slides", slides_of(&tally));
    json_set(job, "reasons", reasons_of(ledger, row));
    json_set(job, "cards_left_out", cards_left_out_of(ledger, row));
    json_set(job, "usage", usage_json(conf, row, &tally));
    if (row->estimate)
        json_set(job, "estimate",
                 row->state == JOB_COMPLETED ? json_loads(row->overview, 0, NULL) : json_null());
    json_set(job, "error", row->state == JOB_FAILED ? error_of(row) : json_null());
    json_set(job, "outputs", completed ? outputs_of(ledger, row, &expires_at) : json_null());
    json_set(job, "outputs_expire_at", expires_at > 0 ? json_time(expires_at * 1000) : json_null());
    json_set(job, "callback", callback_of(ledger, row));
    set_metadata(job, row);
    json_set(job, "created_at", json_time(row->created_ms));
    json_set(job, "updated_at", json_time(row->updated_ms));
    return json_text(job);
}

char *job_json_accepted(const char *job)
{
    return json_text(json_pack("{s:o, s:s, s:s}", "jobId", json_words(job), "status", "accepted", "message",
                               "Processing started"));
}

char *job_json_resent(const char *job)
{
    return json_text(json_pack("{s:o, s:s}", "jobId", json_words(job), "callback", "pending"));
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

    json_set(job, "jobId", json_words(row->job));
    if (list->everyone)
        json_set(job, "tenant", json_words(row->owner));
    json_set(job, "status", json_string(job_state_name(row->state)));
    json_set(job, "total_slides", row->pages == 0 ? json_null() : json_integer(row->pages));
    json_set(job, "created_at", json_time(row->created_ms));
    json_set(job, "updated_at", json_time(row->updated_ms));
    must(json_array_append_new(list->jobs, job) == 0);
    list->last = row->id;
    job_row_clear(row);
}

char *job_json_list(struct ledger *ledger, const struct vault *vault, const char *tenant, int64_t before)
{
    struct list list = {.jobs = json_array(), .everyone = tenant == NULL};
    json_t *answer = json_object();
    char *cursor = NULL;

    ledger_jobs_list(ledger, tenant, before, MAX_LIST, on_listed, &list);
    if (json_array_size(list.jobs) == MAX_LIST)
        cursor = cursor_make(vault, tenant, list.last);
    json_set(answer, "cursor", cursor == NULL ? json_null() : json_string(cursor));
    json_set(answer, "jobs", list.jobs);
    free(cursor);
    return json_text(answer);
}

/* ---- the callback ---- */

char *job_json_callback(const struct conf *conf, struct ledger *ledger, const struct job_row *row)
{
    json_t *body = json_object(), *outputs;
    struct tally tally;
    int64_t expires_at = 0;

    ledger_tally(ledger, row->id, &tally);
    json_set(body, "jobId", json_words(row->job));
    set_tenant(body, row->tenant);
    json_set(body, "status", json_string(job_state_name(row->state)));
    if (row->state == JOB_COMPLETED) {
        outputs = outputs_of(ledger, row, &expires_at);
        json_set(outputs, "slides", slides_of(&tally));
        json_set(body, "outputs", outputs);
    } else
        json_set(body, "error", error_of(row));
    json_set(body, "usage", usage_json(conf, row, &tally));
    set_metadata(body, row);
    return json_text(body);
}

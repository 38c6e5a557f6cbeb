/* batch_api - see batch_api.h */
#include "stages/vision/model/batch_api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "stages/vision/model/batch_request.h"
#include "stages/vision/model/batch_http.h"
#include "stages/vision/model/batch_file.h"
#include "stages/vision/model/model_url.h"

/* The provider takes 200 MB a file. A page of the list holds a hundred batches; one older than all we look at
 * has expired long ago. */
enum { MAX_FILE = 190 << 20, MAX_PAGES = 50 };
enum { MAX_NAME = 4096 /* of what is called off */ };

#define MARK "slidemill" /* its name among a batch's metadata */

struct batch {
    struct batch *next;
    struct stage *stage;
    struct wire lease;
    const char *job;
    struct batch_file *file;
    struct batch_http http;
    char *output, *errors; /* files still to be fetched */
    unsigned pages;        /* of the list of batches, fetched so far */
    bool over;
};

struct batch_api {
    const struct model_client *client;
    struct batch *first;
};

/* ---- ends ---- */

static void fail(void *arg, enum code code, bool retryable, int64_t told_ms, const char *detail)
{
    struct batch *batch = arg;

    log_warn(batch_failed, log_str("jobId", batch->job), log_str("code", code_name(code)),
             log_str("reason", detail));
    stage_fail(batch->stage, wire_lease(&batch->lease), code, retryable, told_ms, detail);
    batch->over = true;
}

static void settle_batched(struct batch *batch, const char *name)
{
    struct wire result;

    log_info(batch_submitted, log_str("jobId", batch->job), log_str("batch", name));
    wire_init(&result, WIRE_BATCHED);
    result.batched = (struct wire_batched){.lease = batch->lease.batch.lease, .batch = name};
    stage_settle(batch->stage, &result);
    batch->over = true;
}

/* results: taken over. */
static void settle_polled(struct batch *batch, bool ended, json_t *results)
{
    char *text = json_dumps(results, JSON_COMPACT);
    struct wire result;

    must(text != NULL);
    json_decref(results);
    if (ended)
        log_info(batch_ended, log_str("jobId", batch->job), log_str("batch", batch->lease.poll.batch));
    wire_init(&result, WIRE_POLLED);
    result.polled = (struct wire_polled){.lease = batch->lease.poll.lease, .ended = ended};
    wire_add_owned(&result, text, strlen(text));
    stage_settle(batch->stage, &result);
    batch->over = true;
}

static void get_by_name(struct batch *batch, const char *path, const char *name, batch_http_done *done)
{
    char *full = model_url_fill(path, name);

    batch_http_get(&batch->http, full, "", done);
    free(full);
}

static void cancel(struct batch *batch, const char *name, batch_http_done *done)
{
    char *path = model_url_fill("/batches/%s/cancel", name);

    batch_http_post(&batch->http, path, json_object(), done);
    free(path);
}

/* ---- BATCH ---- */

static void on_called_off(void *arg, const struct http_answer *answer, const json_t *root)
{
    (void)answer, (void)root;
    fail(arg, CODE_MODEL_NO_BATCH, false, 0, "its name for the batch is longer than any we can keep");
}

/* What cannot be asked after by its name is called off: its slides are asked for at once, and not paid twice.
 */
static void on_created(void *arg, const struct http_answer *answer, const json_t *root)
{
    struct batch *batch = arg;
    const char *name = batch_name(root, "id"), *any = batch_name_up_to(root, "id", MAX_NAME);

    (void)answer;
    if (*name != '\0')
        settle_batched(batch, name);
    else if (*any != '\0')
        cancel(batch, any, on_called_off);
    else
        fail(batch, CODE_MODEL_NO_BATCH, false, 0, "it names no batch");
}

static void on_uploaded(void *arg, const struct http_answer *answer, const json_t *root)
{
    struct batch *batch = arg;

    (void)answer;
    batch_http_post(&batch->http, "/batches",
                    json_pack("{s:s, s:s, s:s, s:{s:s}}", "input_file_id", batch_text(root, "id"), "endpoint",
                              "/v1/chat/completions", "completion_window", "24h", "metadata", MARK,
                              batch->lease.batch.mark),
                    on_created);
}

static void upload(struct batch *batch)
{
    const struct endpoint *endpoint = endpoints_at(batch->http.client->endpoints, 0);
    char type[BATCH_TYPE_ROOM];
    struct http_body *requests =
        batch_file_requests(batch->file, batch->http.client->texts, endpoint->model, &endpoint->dialect);

    if (http_body_size(requests) > MAX_FILE) {
        http_body_free(&requests);
        fail(batch, CODE_MODEL_NO_BATCH, false, 0, "the slides are more than one batch may hold");
        return;
    }
    batch_http_upload(&batch->http, "/files", type, batch_form(&requests, type), on_uploaded);
}

/* One that failed was answered in nothing, so it is as good as none. */
static const char *own_batch_in(const struct batch *batch, const json_t *data)
{
    const json_t *one;
    size_t i;

    json_array_foreach(data, i, one)
    {
        const char *mark = batch_text(json_object_get(one, "metadata"), MARK);

        if (strcmp(mark, batch->lease.batch.mark) == 0 && strcmp(batch_text(one, "status"), "failed") != 0 &&
            *batch_name(one, "id") != '\0')
            return batch_name(one, "id");
    }
    return NULL;
}

static void on_listed(void *arg, const struct http_answer *answer, const json_t *root)
{
    struct batch *batch = arg;
    const json_t *data = json_object_get(root, "data");
    const char *name = own_batch_in(batch, data);
    const char *last = batch_name(json_array_get(data, json_array_size(data) - 1), "id");

    (void)answer;
    if (name != NULL) {
        settle_batched(batch, name);
    } else if (json_is_true(json_object_get(root, "has_more")) && *last != '\0' &&
               ++batch->pages < MAX_PAGES) {
        char *query = model_url_fill("limit=100&after=%s", last);

        batch_http_get(&batch->http, "/batches", query, on_listed);
        free(query);
    } else {
        upload(batch);
    }
}

/* ---- POLL ---- */

static void fetch_next(struct batch *batch);

static void on_file(void *arg, const struct http_answer *answer, const json_t *root)
{
    struct batch *batch = arg;

    (void)root;
    batch_file_read(batch->file, answer->body, answer->size);
    fetch_next(batch);
}

/* The answers, then the errors, then it is over. */
static void fetch_next(struct batch *batch)
{
    char **next = batch->output != NULL ? &batch->output : &batch->errors, *name = *next;

    if (name == NULL) {
        settle_polled(batch, true, batch_file_results(batch->file));
        return;
    }
    *next = NULL;
    batch->http.file = true;
    get_by_name(batch, "/files/%s/content", name, on_file);
    free(name);
}

static char *copy_name(const json_t *root, const char *member)
{
    const char *name = batch_name(root, member);

    return *name == '\0' ? NULL : need_dup(name);
}

static void on_seen(void *arg, const struct http_answer *answer, const json_t *root)
{
    struct batch *batch = arg;
    const char *status = batch_text(root, "status");
    const json_t *errors = json_object_get(json_object_get(root, "errors"), "data");

    (void)answer;
    if (strcmp(status, "failed") == 0) {
        const char *word = batch_name(json_array_get(errors, 0), "code");

        batch_file_fail_all(batch->file, *word == '\0' ? "no code" : word);
        settle_polled(batch, true, batch_file_results(batch->file));
    } else if (strcmp(status, "completed") == 0 || strcmp(status, "expired") == 0 ||
               strcmp(status, "cancelled") == 0) {
        batch->output = copy_name(root, "output_file_id");
        batch->errors = copy_name(root, "error_file_id");
        fetch_next(batch);
    } else {
        settle_polled(batch, false, json_array());
    }
}

/* It is to be cancelled, and can be, if it is neither over nor cancelled already. */
static void on_seen_late(void *arg, const struct http_answer *answer, const json_t *root)
{
    struct batch *batch = arg;
    const char *status = batch_text(root, "status");

    if (strcmp(status, "validating") != 0 && strcmp(status, "in_progress") != 0) {
        on_seen(batch, answer, root);
        return;
    }
    cancel(batch, batch->lease.poll.batch, on_seen);
}

/* ---- birth and death ---- */

struct batch_api *batch_api_new(const struct model_client *client)
{
    struct batch_api *api = need_zero(1, sizeof *api);

    api->client = client;
    return api;
}

static void batch_free(struct batch *batch)
{
    batch_http_cancel(&batch->http);
    batch_file_free(&batch->file);
    wire_clear(&batch->lease);
    free(batch->output);
    free(batch->errors);
    free(batch);
}

static void sweep(struct batch_api *api, bool all)
{
    for (struct batch **at = &api->first, *batch; (batch = *at) != NULL;) {
        if (!all && !batch->over) {
            at = &batch->next;
            continue;
        }
        *at = batch->next;
        batch_free(batch);
    }
}

void batch_api_free(struct batch_api **api)
{
    sweep(*api, true);
    free(*api);
    *api = NULL;
}

void batch_api_sweep(struct batch_api *api)
{
    sweep(api, false);
}

void batch_api_take(struct batch_api *api, struct stage *stage, struct wire *lease)
{
    struct batch *batch = need_zero(1, sizeof *batch);

    wire_move(&batch->lease, lease);
    batch->stage = stage;
    batch->next = api->first;
    api->first = batch;
    batch->job = batch->lease.type == WIRE_BATCH ? batch->lease.batch.job : batch->lease.poll.job;
    batch->http = (struct batch_http){
        .client = api->client, .lease = wire_lease(&batch->lease), .failed = fail, .arg = batch};
    batch->file = batch_file_new(&batch->lease, api->client->conf);
    if (batch->file == NULL)
        fail(batch, CODE_INTERNAL, false, 0, "the frames are not what the first one says");
    else if (batch->lease.type == WIRE_BATCH)
        batch_http_get(&batch->http, "/batches", "limit=100", on_listed);
    else
        get_by_name(batch, "/batches/%s", batch->lease.poll.batch,
                    batch->lease.poll.late ? on_seen_late : on_seen);
}

void batch_api_cancel(struct batch_api *api, uint64_t lease)
{
    for (struct batch *batch = api->first; batch != NULL; batch = batch->next) {
        if (batch->over || wire_lease(&batch->lease) != lease)
            continue;
        batch_http_cancel(&batch->http);
        stage_fail(batch->stage, lease, CODE_INTERNAL, true, 0, "cancelled");
        batch->over = true;
    }
}

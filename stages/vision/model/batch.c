/* batch - see batch.h */
#include "stages/vision/model/batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "stages/lib/http_retry.h"
#include "stages/vision/model/batch_request.h"
#include "stages/vision/model/batch_file.h"
#include "stages/vision/model/response_classify.h"

/* The provider takes 200 MB a file. A page of the list holds a hundred batches; one older than all we look at
 * has expired long ago. */
enum { MAX_FILE = 190 << 20, MAX_ANSWERS = 256 << 20, TRANSFER_MIN_MS = 600000, MAX_PAGES = 50 };
enum { MAX_NAME = 4096 /* of what is called off */ };

#define MARK "slidemill" /* its name among a batch's metadata */

struct batch;
typedef void heard_fn(struct batch *batch, const struct http_answer *answer, const json_t *root);

struct batch {
    struct batch *next;
    const struct asking *all;
    struct stage *stage;
    struct wire lease;
    const char *job;
    struct batch_file *file;
    struct http_transfer *transfer; /* NULL: over */
    heard_fn *heard;
    char *body, *output, *errors; /* of the request; files still to be fetched */
    unsigned pages;
    bool raw, over; /* raw: the answer is a file, not an object */
};

struct batches {
    const struct asking *all;
    struct batch *first;
};

/* ---- ends ---- */

static void fail(struct batch *batch, enum code code, bool retryable, int64_t told_ms, const char *detail)
{
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

/* ---- requests ---- */

static json_t *no_answer(void *arg, const json_t *raw, const char **why)
{
    (void)arg, (void)raw;
    *why = "it is no answer";
    return NULL;
}

/* What is not 2xx. 404, 405 and 501 are what an endpoint says that has no batches, or not this one. */
static void refused(struct batch *batch, const struct http_answer *answer)
{
    const struct heard heard = {.status = answer->curl == CURLE_OK ? answer->status : 0,
                                .timed_out = answer->curl == CURLE_OPERATION_TIMEDOUT,
                                .should_retry = -1,
                                .body = answer->body,
                                .size = answer->size};
    const struct wanted wanted = {.clean = no_answer};
    struct classification j;

    response_classify(&heard, &wanted, &j);
    if (heard.status == 404 || heard.status == 405 || heard.status == 501)
        fail(batch, CODE_MODEL_NO_BATCH, false, 0, j.detail);
    else
        fail(batch, j.code, j.deed == DEED_AGAIN || j.deed == DEED_SLOWER, http_retry_after_ms(answer->easy),
             j.detail);
}

static void on_done(void *arg, const struct http_answer *answer)
{
    struct batch *batch = arg;
    bool good = answer->curl == CURLE_OK && answer->status / 100 == 2;
    json_t *root = good && !batch->raw ? json_loadb(answer->body, answer->size, 0, NULL) : NULL;

    batch->transfer = NULL;
    free(batch->body);
    batch->body = NULL;
    if (!good)
        refused(batch, answer);
    else if (!batch->raw && !json_is_object(root))
        fail(batch, CODE_MODEL_NO_BATCH, false, 0, "what it answers is not JSON");
    else
        batch->heard(batch, answer, root);
    json_decref(root);
}

/* The headers of a call, with another Content-Type. */
static struct curl_slist *headers_of(struct batch *batch, const char *content_type)
{
    const struct endpoint *endpoint = endpoints_at(batch->all->endpoints, 0);
    struct curl_slist *all, *headers = NULL;
    char line[128];

    snprintf(line, sizeof line, "slidemill-batch-%llu", (unsigned long long)wire_lease(&batch->lease));
    all = endpoints_headers(batch->all->endpoints, endpoint, line);
    for (struct curl_slist *at = all; at != NULL; at = at->next)
        if (strncasecmp(at->data, "Content-Type:", 13) != 0)
            must((headers = curl_slist_append(headers, at->data)) != NULL);
    curl_slist_free_all(all);
    snprintf(line, sizeof line, "Content-Type: %s", content_type);
    must((headers = curl_slist_append(headers, line)) != NULL);
    return headers;
}

/* body: taken over; NULL with GET. */
static void ask_for(struct batch *batch, const char *method, const char *path, const char *content_type,
                    char *body, size_t size, heard_fn *heard)
{
    long timeout = (long)batch->all->conf->vision_timeout_s * 1000;
    char *url = batch_url(endpoints_at(batch->all->endpoints, 0)->url, path);
    const struct http_request request = {.method = method,
                                         .url = url,
                                         .headers = headers_of(batch, content_type),
                                         .body = body,
                                         .body_size = size,
                                         .max_answer = MAX_ANSWERS,
                                         .timeout_ms = timeout > TRANSFER_MIN_MS ? timeout : TRANSFER_MIN_MS};

    batch->body = body;
    batch->heard = heard;
    batch->transfer = http_start(batch->all->net, &request, on_done, batch);
    free(url);
}

static void get(struct batch *batch, const char *path, heard_fn *heard)
{
    ask_for(batch, "GET", path, "application/json", NULL, 0, heard);
}

static void post(struct batch *batch, const char *path, json_t *object, heard_fn *heard)
{
    char *body = json_dumps(object, JSON_COMPACT);

    must(body != NULL);
    json_decref(object);
    ask_for(batch, "POST", path, "application/json", body, strlen(body), heard);
}

static void get_named(struct batch *batch, const char *path, const char *name, heard_fn *heard)
{
    char *full = batch_path(path, name);

    get(batch, full, heard);
    free(full);
}

static void cancel(struct batch *batch, const char *name, heard_fn *heard)
{
    char *path = batch_path("/batches/%s/cancel", name);

    post(batch, path, json_object(), heard);
    free(path);
}

/* ---- BATCH ---- */

static void on_called_off(struct batch *batch, const struct http_answer *answer, const json_t *root)
{
    (void)answer, (void)root;
    fail(batch, CODE_MODEL_NO_BATCH, false, 0, "its name for the batch is longer than any we can keep");
}

/* What cannot be asked after by its name is called off: its slides are asked for at once, and not paid twice.
 */
static void on_created(struct batch *batch, const struct http_answer *answer, const json_t *root)
{
    const char *name = batch_name(root, "id"), *any = batch_name_up_to(root, "id", MAX_NAME);

    (void)answer;
    if (*name != '\0')
        settle_batched(batch, name);
    else if (*any != '\0')
        cancel(batch, any, on_called_off);
    else
        fail(batch, CODE_MODEL_NO_BATCH, false, 0, "it names no batch");
}

static void on_uploaded(struct batch *batch, const struct http_answer *answer, const json_t *root)
{
    (void)answer;
    post(batch, "/batches",
         json_pack("{s:s, s:s, s:s, s:{s:s}}", "input_file_id", batch_text(root, "id"), "endpoint",
                   "/v1/chat/completions", "completion_window", "24h", "metadata", MARK,
                   batch->lease.batch.mark),
         on_created);
}

static void upload(struct batch *batch)
{
    const struct endpoint *endpoint = endpoints_at(batch->all->endpoints, 0);
    char type[BATCH_TYPE_ROOM], *form, *requests;
    size_t size, form_size;

    requests =
        batch_file_requests(batch->file, batch->all->texts, endpoint->model, &endpoint->dialect, &size);
    if (size > MAX_FILE) {
        free(requests);
        fail(batch, CODE_MODEL_NO_BATCH, false, 0, "the slides are more than one batch may hold");
        return;
    }
    form = batch_form(requests, size, type, &form_size);
    free(requests);
    ask_for(batch, "POST", "/files", type, form, form_size, on_uploaded);
}

/* One that failed was answered in nothing, so it is as good as none. */
static const char *ours_in(const struct batch *batch, const json_t *data)
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

static void on_listed(struct batch *batch, const struct http_answer *answer, const json_t *root)
{
    const json_t *data = json_object_get(root, "data");
    const char *name = ours_in(batch, data);
    const char *last = batch_name(json_array_get(data, json_array_size(data) - 1), "id");

    (void)answer;
    if (name != NULL) {
        settle_batched(batch, name);
    } else if (json_is_true(json_object_get(root, "has_more")) && *last != '\0' &&
               ++batch->pages < MAX_PAGES) {
        get_named(batch, "/batches?limit=100&after=%s", last, on_listed);
    } else {
        upload(batch);
    }
}

/* ---- POLL ---- */

static void fetch_next(struct batch *batch);

static void on_file(struct batch *batch, const struct http_answer *answer, const json_t *root)
{
    (void)root;
    batch_file_hear(batch->file, answer->body, answer->size);
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
    batch->raw = true;
    get_named(batch, "/files/%s/content", name, on_file);
    free(name);
}

static char *name_kept(const json_t *root, const char *member)
{
    const char *name = batch_name(root, member);
    char *kept = *name == '\0' ? NULL : strdup(name);

    must(*name == '\0' || kept != NULL);
    return kept;
}

static void on_seen(struct batch *batch, const struct http_answer *answer, const json_t *root)
{
    const char *status = batch_text(root, "status");
    const json_t *errors = json_object_get(json_object_get(root, "errors"), "data");

    (void)answer;
    if (strcmp(status, "failed") == 0) {
        const char *word = batch_name(json_array_get(errors, 0), "code");

        batch_file_refuse(batch->file, *word == '\0' ? "no code" : word);
        settle_polled(batch, true, batch_file_results(batch->file));
    } else if (strcmp(status, "completed") == 0 || strcmp(status, "expired") == 0 ||
               strcmp(status, "cancelled") == 0) {
        batch->output = name_kept(root, "output_file_id");
        batch->errors = name_kept(root, "error_file_id");
        fetch_next(batch);
    } else {
        settle_polled(batch, false, json_array());
    }
}

/* It is to be cancelled, and can be, if it is neither over nor cancelled already. */
static void on_seen_late(struct batch *batch, const struct http_answer *answer, const json_t *root)
{
    const char *status = batch_text(root, "status");

    if (strcmp(status, "validating") != 0 && strcmp(status, "in_progress") != 0) {
        on_seen(batch, answer, root);
        return;
    }
    cancel(batch, batch->lease.poll.batch, on_seen);
}

/* ---- birth and death ---- */

struct batches *batches_new(const struct asking *all)
{
    struct batches *batches = need_zero(1, sizeof *batches);

    batches->all = all;
    return batches;
}

static void batch_free(struct batch *batch)
{
    if (batch->transfer != NULL)
        http_cancel(batch->all->net, batch->transfer);
    batch_file_free(&batch->file);
    wire_clear(&batch->lease);
    free(batch->body);
    free(batch->output);
    free(batch->errors);
    free(batch);
}

static void sweep(struct batches *batches, bool all)
{
    for (struct batch **at = &batches->first, *batch; (batch = *at) != NULL;) {
        if (!all && !batch->over) {
            at = &batch->next;
            continue;
        }
        *at = batch->next;
        batch_free(batch);
    }
}

void batches_free(struct batches **batches)
{
    sweep(*batches, true);
    free(*batches);
    *batches = NULL;
}

void batches_sweep(struct batches *batches)
{
    sweep(batches, false);
}

void batches_take(struct batches *batches, struct stage *stage, struct wire *lease)
{
    struct batch *batch = need_zero(1, sizeof *batch);

    wire_move(&batch->lease, lease);
    batch->all = batches->all;
    batch->stage = stage;
    batch->next = batches->first;
    batches->first = batch;
    batch->job = batch->lease.type == WIRE_BATCH ? batch->lease.batch.job : batch->lease.poll.job;
    batch->file = batch_file_new(&batch->lease, batches->all->conf);
    if (batch->file == NULL)
        fail(batch, CODE_INTERNAL, false, 0, "the frames are not what the first one says");
    else if (batch->lease.type == WIRE_BATCH)
        get(batch, "/batches?limit=100", on_listed);
    else
        get_named(batch, "/batches/%s", batch->lease.poll.batch,
                  batch->lease.poll.late ? on_seen_late : on_seen);
}

void batches_cancel(struct batches *batches, uint64_t lease)
{
    for (struct batch *batch = batches->first; batch != NULL; batch = batch->next) {
        if (batch->over || wire_lease(&batch->lease) != lease)
            continue;
        if (batch->transfer != NULL)
            http_cancel(batch->all->net, batch->transfer);
        batch->transfer = NULL;
        stage_fail(batch->stage, lease, CODE_INTERNAL, true, 0, "cancelled");
        batch->over = true;
    }
}

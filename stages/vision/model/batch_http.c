/* batch_http - see batch_http.h */
#include "stages/vision/model/batch_http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/lib/http_retry.h"
#include "stages/vision/model/endpoints.h"
#include "stages/vision/model/model_url.h"
#include "stages/vision/model/response_classify.h"

enum { MAX_ANSWERS = 256 << 20, TRANSFER_MIN_MS = 600000 };

static json_t *no_answer(void *arg, const json_t *raw, const char **why)
{
    (void)arg, (void)raw;
    *why = "it is no answer";
    return NULL;
}

/* What is not 2xx. 404, 405 and 501 are what an endpoint says that has no batches, or not this one. */
static void fail_response(struct batch_http *http, const struct http_answer *answer)
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
        http->failed(http->arg, CODE_MODEL_NO_BATCH, false, 0, j.detail);
    else
        http->failed(http->arg, j.code, j.deed == DEED_AGAIN || j.deed == DEED_SLOWER,
                     http_retry_after_ms(answer->easy), j.detail);
}

static void on_response(void *arg, const struct http_answer *answer)
{
    struct batch_http *http = arg;
    bool good = answer->curl == CURLE_OK && answer->status / 100 == 2;
    json_t *root = good && !http->file ? json_loadb(answer->body, answer->size, 0, NULL) : NULL;

    http->transfer = NULL;
    if (!good)
        fail_response(http, answer);
    else if (!http->file && !json_is_object(root))
        http->failed(http->arg, CODE_MODEL_NO_BATCH, false, 0, "what it answers is not JSON");
    else
        http->done(http->arg, answer, root);
    json_decref(root);
}

/* The headers of a call, with another Content-Type. */
static struct curl_slist *headers_of(const struct batch_http *http, const char *content_type)
{
    const struct endpoint *endpoint = endpoints_at(http->client->endpoints, 0);
    struct curl_slist *all, *headers = NULL;
    char line[128];

    snprintf(line, sizeof line, "slidemill-batch-%llu", (unsigned long long)http->lease);
    all = endpoints_headers(http->client->endpoints, endpoint, line);
    for (struct curl_slist *at = all; at != NULL; at = at->next)
        if (strncasecmp(at->data, "Content-Type:", 13) != 0)
            must((headers = curl_slist_append(headers, at->data)) != NULL);
    curl_slist_free_all(all);
    snprintf(line, sizeof line, "Content-Type: %s", content_type);
    must((headers = curl_slist_append(headers, line)) != NULL);
    return headers;
}

/* body: taken over; NULL with GET. */
static void start_request(struct batch_http *http, const char *method, char *url, const char *content_type,
                          struct http_body *body, batch_http_done *done)
{
    long timeout = (long)http->client->conf->vision_timeout_s * 1000;
    const struct http_request request = {.method = method,
                                         .url = url,
                                         .headers = headers_of(http, content_type),
                                         .parts = body,
                                         .max_answer = MAX_ANSWERS,
                                         .timeout_ms = timeout > TRANSFER_MIN_MS ? timeout : TRANSFER_MIN_MS};

    http->done = done;
    http->transfer = http_start(http->client->net, &request, on_response, http);
    free(url);
}

static char *url_of(const struct batch_http *http, const char *path, const char *query)
{
    return model_url_with_path(endpoints_at(http->client->endpoints, 0)->url, path, query);
}

void batch_http_get(struct batch_http *http, const char *path, const char *query, batch_http_done *done)
{
    start_request(http, "GET", url_of(http, path, query), "application/json", NULL, done);
}

void batch_http_post(struct batch_http *http, const char *path, json_t *object, batch_http_done *done)
{
    struct http_body *body = http_body_new();
    char *text = json_dumps(object, JSON_COMPACT);

    must(text != NULL);
    json_decref(object);
    http_body_add_owned(body, text, strlen(text));
    batch_http_upload(http, path, "application/json", body, done);
}

void batch_http_upload(struct batch_http *http, const char *path, const char *content_type,
                       struct http_body *body, batch_http_done *done)
{
    start_request(http, "POST", url_of(http, path, ""), content_type, body, done);
}

void batch_http_cancel(struct batch_http *http)
{
    if (http->transfer != NULL)
        http_cancel(http->client->net, http->transfer);
    http->transfer = NULL;
}

/* model_call - see model_call.h */
#include "stages/vision/model/model_call.h"

#include <stdio.h>
#include <string.h>

#include "stages/lib/http_retry.h"
#include "stages/vision/model/rate_limit_headers.h"

enum { MAX_ANSWER = 8 << 20 };

void model_call_drop(struct model_call *call)
{
    if (call->transfer != NULL)
        http_cancel(call->net, call->transfer);
    call->transfer = NULL;
}

static void on_answer(void *arg, const struct http_answer *answer)
{
    struct model_call *call = arg;

    call->transfer = NULL;
    call->done(call, answer);
}

void model_call_start(struct model_call *call, unsigned number, const struct question *question)
{
    struct http_request request = {.method = "POST",
                                   .url = call->endpoint->url,
                                   .max_answer = MAX_ANSWER,
                                   .timeout_ms = (long)question->conf->vision_timeout_s * 1000};
    char id[64];

    snprintf(id, sizeof id, "slidemill-%llu-%u", (unsigned long long)wire_lease(call->lease), number);
    call->number = number;
    call->used = question->dialect;
    call->asked = question->max_tokens;
    call->sent_at_ms = stage_now_ms();
    request.parts = call->inquiry->body(call->lease, question);
    request.headers = endpoints_headers(call->endpoints, call->endpoint, id);
    call->transfer = http_start(call->net, &request, on_answer, call);
}

const char *model_call_header(CURL *easy, const char *name)
{
    struct curl_header *header;

    return easy != NULL && curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK
               ? header->value
               : "";
}

static int should_retry(CURL *easy)
{
    const char *said = model_call_header(easy, "x-should-retry");

    return strcmp(said, "true") == 0 ? 1 : strcmp(said, "false") == 0 ? 0 : -1;
}

void model_call_classify(const struct model_call *call, const struct http_answer *answer,
                         struct classification *j)
{
    const struct heard heard = {.status = answer->curl == CURLE_OK ? answer->status : 0,
                                .timed_out = answer->curl == CURLE_OPERATION_TIMEDOUT,
                                .too_large = answer->curl == CURLE_FILESIZE_EXCEEDED,
                                .should_retry = should_retry(answer->easy),
                                .secret = call->endpoint->key,
                                .body = answer->body,
                                .size = answer->size};
    const struct wanted wanted = {.clean = call->inquiry->clean, .arg = call->lease};

    response_classify(&heard, &wanted, j);
    if (answer->curl != CURLE_OK && j->code == CODE_MODEL_UNAVAILABLE)
        snprintf(j->detail, sizeof j->detail, "%s", curl_easy_strerror(answer->curl));
    endpoints_learn(call->endpoints, call->endpoint, &call->used, call->asked, j);
}

void model_call_report(const struct model_call *call, enum call_verdict verdict, long status, CURL *easy,
                       const char *model, uint64_t input_tokens, uint64_t output_tokens)
{
    const struct rate_limit_headers rate = rate_limit_headers_of(easy);
    struct wire called;

    wire_init(&called, WIRE_CALLED);
    called.called =
        (struct wire_called){.lease = wire_lease(call->lease),
                             .call = call->number,
                             .endpoint = call->endpoint->index,
                             .model = *model == '\0' ? call->endpoint->model : model,
                             .verdict = verdict,
                             .status = (uint32_t)status,
                             .input_tokens = input_tokens,
                             .output_tokens = output_tokens,
                             .retry_after_ms = easy == NULL ? 0 : (uint64_t)http_retry_after_ms(easy),
                             .limit_requests = rate.limit_requests,
                             .left_requests = rate.left_requests,
                             .limit_tokens = rate.limit_tokens,
                             .left_tokens = rate.left_tokens,
                             .reset_ms = rate.reset_ms};
    stage_say(call->stage, &called);
}

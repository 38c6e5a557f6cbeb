/* call_in_flight - see call_in_flight.h */
#include "stages/vision/model/call_in_flight.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stages/lib/http_retry.h"
#include "stages/vision/model/rate_limit_headers.h"

enum { MAX_ANSWER = 8 << 20 };

void call_in_flight_drop(struct call_in_flight *flight)
{
    if (flight->transfer != NULL)
        http_cancel(flight->net, flight->transfer);
    flight->transfer = NULL;
    free(flight->body);
    flight->body = NULL;
}

static void on_answer(void *arg, const struct http_answer *answer)
{
    struct call_in_flight *flight = arg;

    flight->transfer = NULL;
    call_in_flight_drop(flight);
    flight->done(flight, answer);
}

void call_in_flight_start(struct call_in_flight *flight, unsigned call, const struct question *question)
{
    struct http_request request = {.method = "POST",
                                   .url = flight->endpoint->url,
                                   .max_answer = MAX_ANSWER,
                                   .timeout_ms = (long)question->conf->vision_timeout_s * 1000};
    char id[64];

    snprintf(id, sizeof id, "slidemill-%llu-%u", (unsigned long long)wire_lease(flight->lease), call);
    flight->call = call;
    flight->used = question->dialect;
    flight->asked = question->max_tokens;
    flight->sent_at_ms = stage_now_ms();
    flight->body = flight->subject->body(flight->lease, question, &request.body_size);
    request.body = flight->body;
    request.headers = endpoints_headers(flight->endpoints, flight->endpoint, id);
    flight->transfer = http_start(flight->net, &request, on_answer, flight);
}

const char *call_in_flight_header(CURL *easy, const char *name)
{
    struct curl_header *header;

    return easy != NULL && curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK
               ? header->value
               : "";
}

static int should_retry(CURL *easy)
{
    const char *said = call_in_flight_header(easy, "x-should-retry");

    return strcmp(said, "true") == 0 ? 1 : strcmp(said, "false") == 0 ? 0 : -1;
}

void call_in_flight_classify(const struct call_in_flight *flight, const struct http_answer *answer,
                             struct classification *j)
{
    const struct heard heard = {.status = answer->curl == CURLE_OK ? answer->status : 0,
                                .timed_out = answer->curl == CURLE_OPERATION_TIMEDOUT,
                                .too_large = answer->curl == CURLE_FILESIZE_EXCEEDED,
                                .should_retry = should_retry(answer->easy),
                                .secret = flight->endpoint->key,
                                .body = answer->body,
                                .size = answer->size};
    const struct wanted wanted = {.clean = flight->subject->clean, .arg = flight->lease};

    response_classify(&heard, &wanted, j);
    if (answer->curl != CURLE_OK && j->code == CODE_MODEL_UNAVAILABLE)
        snprintf(j->detail, sizeof j->detail, "%s", curl_easy_strerror(answer->curl));
    endpoints_learn(flight->endpoints, flight->endpoint, &flight->used, flight->asked, j);
}

void call_in_flight_report(const struct call_in_flight *flight, enum call_verdict verdict, long status,
                           CURL *easy, const char *model, uint64_t input_tokens, uint64_t output_tokens)
{
    const struct rate_limit_headers rate = rate_limit_headers_of(easy);
    struct wire called;

    wire_init(&called, WIRE_CALLED);
    called.called =
        (struct wire_called){.lease = wire_lease(flight->lease),
                             .call = flight->call,
                             .endpoint = flight->endpoint->index,
                             .model = *model == '\0' ? flight->endpoint->model : model,
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
    stage_say(flight->stage, &called);
}

/* http_request - see http_request.h */
#include "stages/front/http_request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "stages/front/admission.h"
#include "stages/front/cors.h"
#include "stages/front/download.h"
#include "stages/front/http_response.h"
#include "stages/front/request_target.h"
#include "stages/front/supervisor_request.h"

enum {
    ANSWER_WITHIN_MS = 10000,
    UPLOAD_WITHIN_MS = 120000,  /* its bytes are synced first, after those that came before */
    SLOWEST_BYTES_PER_S = 16384 /* of a client that fetches a file */
};

struct http_request {
    struct http_service *service;
    struct MHD_Connection *connection;
    struct connection *client;
    int64_t since_ms;
    char method[16];
    bool begun, handed, answered; /* handed to the supervisor; it has answered, or will not */
    bool faulty;                  /* error says why */
    bool closing, logged;         /* its connection ends behind the answer; the log has its line */
    struct request_error error;
    struct target target;
    struct admission admission;
    char *path_key; /* as an Authorization header would have it; NULL: the target carries no key */
    struct request_body body;
    char job[MAX_JOB + 1];
    struct wire answer;
    char text[]; /* the target */
};

/* The value of a header of it; NULL: there is none. */
static const char *header_of(const struct http_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

static int64_t deadline_ms(const struct http_request *request)
{
    return request->service->conf->http_deadline_s * 1000;
}

static const struct route *route_taken(const struct http_request *request)
{
    return request->admission.route < 0 ? NULL : route_of((enum route_id)request->admission.route);
}

struct http_request *http_request_new(struct http_service *service, struct MHD_Connection *connection,
                                      const char *target)
{
    size_t size = strlen(target);
    struct http_request *request = need(sizeof *request + size + 1);
    const union MHD_ConnectionInfo *info;

    memset(request, 0, sizeof *request);
    memcpy(request->text, target, size + 1);
    request->service = service;
    request->connection = connection;
    request->admission.route = -1;
    request->since_ms = stage_now_ms();
    info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    must(info != NULL && info->socket_context != NULL);
    request->client = info->socket_context;
    connection_phase(request->client, true, request->since_ms + deadline_ms(request));
    return request;
}

void http_request_free(struct http_request **request)
{
    struct http_request *gone = *request;

    request_body_clear(&gone->body, &gone->service->uploads);
    path_key_free(&gone->path_key);
    if (gone->begun) /* else the connection may be going */
        connection_phase(gone->client, false, stage_now_ms() + deadline_ms(gone));
    wire_clear(&gone->answer);
    free(gone);
    *request = NULL;
}

bool http_request_begun(const struct http_request *request)
{
    return request->begun;
}

/* ---- its answer ---- */

static void log_request(struct http_request *request, unsigned status)
{
    const struct route *route = route_taken(request);
    bool dull = status < 400 && (request->admission.route == ROUTE_PROCESS || /* the supervisor logs jobs */
                                 (route != NULL && route->probe));

    if (request->logged)
        return;
    request->logged = true;
    log_event(dull ? LOG_DEBUG_request : LOG_INFO_request, log_str("method", request->method),
              log_str("route", route == NULL ? "" : route->shown), log_int("status", status),
              log_int("ms", stage_now_ms() - request->since_ms), log_job(request->job),
              log_str("client", request->admission.caller.client),
              log_str("code", request->faulty ? code_name(request->error.code) : ""));
}

/* Queues the response, which is no longer the caller's; NULL: the library closes its end. size: of its body;
 * a longer one gets more time to be sent. */
static enum MHD_Result respond(struct http_request *request, unsigned status, struct MHD_Response *response,
                               uint64_t size)
{
    int64_t extra_ms = (int64_t)(size / SLOWEST_BYTES_PER_S) * 1000;
    enum MHD_Result rc;

    if (response == NULL)
        return MHD_NO;
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(response, "Cache-Control", "no-store");
    cors_add(request->service->conf->http_cors_origins, header_of(request, "Origin"), response);
    if (connection_is_gone(request->client)) { /* the client has been told past the library */
        MHD_destroy_response(response);
        return MHD_NO;
    }
    if (request->closing || request->service->retiring)
        MHD_add_response_header(response, "Connection", "close");
    connection_answer(request->client, stage_now_ms() + deadline_ms(request) + extra_ms);
    log_request(request, status);
    rc = MHD_queue_response(request->connection, status, response);
    MHD_destroy_response(response);
    return rc;
}

static enum MHD_Result respond_reply(struct http_request *request, const struct http_response *reply)
{
    uint64_t size;
    struct MHD_Response *response = http_response_for_mhd(reply, &size);

    return respond(request, reply->status, response, size);
}

/* The request has failed with request->error: what the client is told. */
static struct http_response error_reply(struct http_request *request)
{
    const struct route *route = route_taken(request);

    request->faulty = true;
    return (struct http_response){.status = code_status(request->error.code),
                                  .code = request->error.code,
                                  .detail = request->error.detail,
                                  .bad_key = request->admission.bad_key,
                                  .coded = request->body.coded,
                                  .retry_after_ms = (uint64_t)request->admission.retry_after_ms,
                                  .allow = route == NULL ? "" : route->allow};
}

static enum MHD_Result respond_error(struct http_request *request)
{
    struct http_response reply = error_reply(request);

    return respond_reply(request, &reply);
}

/* Before the body is read: the connection cannot go on behind an unread body. */
static enum MHD_Result respond_early(struct http_request *request)
{
    request->closing = true;
    return respond_error(request);
}

/* In the middle of a body, where the library takes no answer: sends the error past it, as the last bytes on
 * this connection. */
static enum MHD_Result respond_past_library(struct http_request *request)
{
    const char *origins = request->service->conf->http_cors_origins;
    struct http_response reply = error_reply(request);
    size_t size;
    char *bytes;

    reply.allowed_origin = cors_answer(origins, header_of(request, "Origin"));
    reply.vary = *origins != '\0';
    bytes = http_response_bytes(&reply, strcmp(request->method, "HEAD") == 0, &size);
    log_request(request, reply.status);
    connection_say(request->client, bytes, size);
    free(bytes);
    return MHD_NO;
}

/* ---- the head ---- */

static int expect_body(struct http_request *request, const struct framing *framing)
{
    const struct conf *conf = request->service->conf;
    const struct request_body_kind kind = {
        .kept = !request->admission.preflight &&
                (request->admission.route == ROUTE_PROCESS || request->admission.route == ROUTE_ESTIMATE),
        .type = header_of(request, "Content-Type"),
        .coding = header_of(request, "Content-Encoding"),
        .foreign = cors_is_foreign(conf->http_cors_origins, header_of(request, "Origin"),
                                   header_of(request, "Sec-Fetch-Site"), header_of(request, "Host")),
        .framing = *framing};

    if (request_body_expect(&request->body, conf, &request->service->uploads, &kind, &request->error) == -1)
        return -1;
    connection_phase(request->client, true,
                     stage_now_ms() + deadline_ms(request) * (request_body_is_form(&request->body) ? 10 : 1));
    return 0;
}

/* Takes the key out of the target, which the log or a core dump might show. */
static void take_path_key(struct http_request *request)
{
    struct path_key key;

    if (!path_key_find(&request->target, &key))
        return;
    request->path_key = path_key_header(&key);
    explicit_bzero(request->text + (key.text - request->text), key.size);
}

static int admit(struct http_request *request)
{
    const struct http_service *service = request->service;
    const struct admission_rules rules = {
        .auth = service->auth, .key_rate = service->key_rate, .origins = service->conf->http_cors_origins};
    struct admission_head head = {.method = request->method,
                                  .path_key = request->path_key,
                                  .authorization = header_of(request, "Authorization"),
                                  .origin = header_of(request, "Origin"),
                                  .wanted_method = header_of(request, "Access-Control-Request-Method"),
                                  .now_ms = request->since_ms};

    return admission_decide(&request->admission, &rules, &head, &request->target, &request->error);
}

/* The head was checked before the library saw it (http_guard.h). */
static struct framing framing_of(struct http_request *request)
{
    const char *length = header_of(request, "Content-Length");

    return (struct framing){.chunked = header_of(request, "Transfer-Encoding") != NULL,
                            .length = length == NULL ? 0 : strtoull(length, NULL, 10)};
}

enum MHD_Result http_request_begin(struct http_request *request, const char *method)
{
    struct framing framing = framing_of(request);
    const char *why = target_check(request->text, &request->target);

    request->begun = true;
    must(connection_has_head(request->client));
    snprintf(request->method, sizeof request->method, "%s", method);
    if (why != NULL) {
        request_error_set(&request->error, CODE_BAD_REQUEST, "%s", why);
        return respond_early(request);
    }
    take_path_key(request);
    request->faulty = admit(request) == -1 || expect_body(request, &framing) == -1;
    if (request->faulty && (framing.chunked || framing.length > 0))
        return respond_early(request);
    return MHD_YES;
}

/* ---- the body ---- */

enum MHD_Result http_request_body(struct http_request *request, const char *data, size_t size)
{
    if (!request_body_fits(&request->body, size)) {
        if (!request->faulty)
            request_error_set(&request->error, CODE_BODY_TOO_LARGE, "%s", code_doc(CODE_BODY_TOO_LARGE));
        return respond_past_library(request);
    }
    if (!request->faulty) /* else it is read to its end, and left at that */
        request->faulty = request_body_feed(&request->body, data, size, &request->error) == -1;
    return MHD_YES;
}

/* ---- the whole request ---- */

/* Hands the message to the supervisor; the connection sleeps until ANSWER or the deadline. */
static enum MHD_Result hand_over(struct http_request *request, struct wire *message)
{
    struct pending_requests *pending = request->service->pending;
    int64_t within_ms = message->frames > 0 ? UPLOAD_WITHIN_MS : ANSWER_WITHIN_MS;
    uint64_t number = 0;
    const char *misfit;

    if (request->service->orphaned) {
        wire_clear(message);
        request_error_set(&request->error, CODE_SHUTTING_DOWN, "the service is being restarted; try again");
        return respond_error(request);
    }
    number = pending_requests_add(pending, request, stage_now_ms() + within_ms);
    if (number == 0) {
        wire_clear(message);
        request_error_set(&request->error, CODE_QUEUE_FULL,
                          "too many requests at once; try again in a moment");
        return respond_error(request);
    }
    if (message->type == WIRE_SUBMIT)
        message->submit.request = number;
    else
        message->ask.request = number;
    misfit = wire_fit(message);
    if (misfit != NULL) {
        pending_requests_take(pending, number);
        wire_clear(message);
        request_error_set(&request->error, CODE_INVALID_VALUE, "%s is too long, or not what it may be",
                          misfit);
        return respond_error(request);
    }
    connection_phase(request->client, true, NO_DEADLINE);
    request->handed = true;
    MHD_suspend_connection(request->connection);
    stage_settle(request->service->stage, message);
    return MHD_YES;
}

static enum MHD_Result ask_supervisor(struct http_request *request)
{
    const struct http_service *service = request->service;
    const struct admission *admission = &request->admission;
    struct supervisor_request question;

    if (supervisor_request_make(&question, (enum route_id)admission->route, &request->target, admission->tail,
                                admission->tail_size, &request->body, &request->error) == -1)
        return respond_error(request);
    memcpy(request->job, question.job, sizeof request->job);
    if (supervisor_request_complete(&question, service->conf, &admission->caller,
                                    admission_sees_all(service->auth, &admission->caller), &request->target,
                                    &request->error) == -1)
        return respond_error(request);
    return hand_over(request, &question.message);
}

static enum MHD_Result respond_file(struct http_request *request)
{
    const struct conf *conf = request->service->conf;
    struct MHD_Response *response;
    struct download file;

    if (download_open(&file, conf->store_dir, conf->link_secret, &request->target, request->admission.tail,
                      request->admission.tail_size, (int64_t)time(NULL), &request->error) == -1)
        return respond_error(request);
    response = download_response(&file);
    return respond(request, 200, response, file.size);
}

/* /livez and /readyz, from our own memory: the supervisor may be busy, or gone. */
static enum MHD_Result respond_state(struct http_request *request)
{
    struct supervisor_state *state = &request->service->supervisor_state;
    bool live = request->admission.route == ROUTE_LIVEZ;
    const char *good = live ? "{\"status\":\"alive\"}" : "{\"status\":\"ready\"}";
    struct http_response reply = {.status = 200, .json = good, .size = strlen(good), .job = ""};

    supervisor_state_wanted(state, stage_now_ms());
    if (!(live ? supervisor_state_live : supervisor_state_ready)(state, stage_now_ms(), &request->error)) {
        reply = error_reply(request);
        reply.status = 503; /* whatever the code's own is: probes know this one */
        reply.retry_after_ms = PROBE_INTERVAL_MS;
    }
    return respond_reply(request, &reply);
}

/* The supervisor has answered, or will not. */
static enum MHD_Result respond_answer(struct http_request *request)
{
    struct wire *answer = &request->answer;
    unsigned status = answer->answer.status;
    struct http_response reply;

    if (request->faulty)
        return respond_error(request);
    if (answer->frames > 0 && status >= 200) {
        reply = (struct http_response){.status = status,
                                       .json = wire_data(answer, 0),
                                       .size = wire_size(answer, 0),
                                       .job = request->job,
                                       .plain = request->admission.route == ROUTE_METRICS};
        return respond_reply(request, &reply);
    }
    request_error_set(&request->error, code_of(answer->answer.code), "%s", answer->answer.detail);
    reply = error_reply(request);
    if (status >= 400)
        reply.status = status;
    reply.retry_after_ms = answer->answer.retry_after_ms;
    return respond_reply(request, &reply);
}

enum MHD_Result http_request_end(struct http_request *request)
{
    if (request->answered)
        return respond_answer(request);
    if (request->handed)
        return MHD_YES; /* not yet */
    if (request->faulty)
        return respond_error(request);
    if (request->admission.preflight)
        return respond(request, 204, cors_preflight(route_taken(request)->allow), 0);
    if (request->admission.route == ROUTE_LIVEZ || request->admission.route == ROUTE_READYZ)
        return respond_state(request);
    return request->admission.route == ROUTE_FILE ? respond_file(request) : ask_supervisor(request);
}

static void wake_connection(struct http_request *request)
{
    request->answered = true;
    MHD_resume_connection(request->connection);
}

void http_request_answered(struct http_request *request, struct wire *answer)
{
    wire_move(&request->answer, answer);
    wake_connection(request);
}

void http_request_unanswered(struct http_request *request, enum code code, const char *detail)
{
    request_error_set(&request->error, code, "%s", detail);
    request->faulty = true;
    wake_connection(request);
}

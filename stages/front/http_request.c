/* http_request - see http_request.h */
#include "stages/front/http_request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "proto/panic.h"
#include "stages/front/admit.h"
#include "stages/front/cors.h"
#include "stages/front/files.h"
#include "stages/front/path_key.h"
#include "stages/front/supervisor_request.h"
#include "stages/front/respond.h"
#include "stages/front/route.h"

enum {
    ANSWER_WITHIN_MS = 10000,
    UPLOAD_WITHIN_MS = 120000, /* its bytes are synced first, after those that came before */
};

struct http_request *http_request_new(struct front *front, struct MHD_Connection *connection,
                                      const char *target)
{
    size_t size = strlen(target);
    struct http_request *request = need(sizeof *request + size + 1);
    const union MHD_ConnectionInfo *info;

    memset(request, 0, sizeof *request);
    memcpy(request->text, target, size + 1);
    request->front = front;
    request->connection = connection;
    request->route = -1;
    request->since_ms = stage_now_ms();
    info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    must(info != NULL && info->socket_context != NULL);
    request->client = info->socket_context;
    connection_phase(request->client, true, request->since_ms + front->deadline_ms);
    return request;
}

void http_request_free(struct http_request **request)
{
    struct http_request *gone = *request;

    request_body_clear(&gone->body, gone->front);
    path_key_free(&gone->path_key);
    if (gone->begun) /* else the connection may be going */
        connection_phase(gone->client, false, stage_now_ms() + gone->front->deadline_ms);
    wire_clear(&gone->answer);
    free(gone);
    *request = NULL;
}

bool http_request_begun(const struct http_request *request)
{
    return request->begun;
}

/* ---- the head ---- */

/* Is the body compressed, say (RFC 9110 8.4)? */
static bool is_coded(const char *coding)
{
    return coding != NULL && *coding != '\0' && strcasecmp(coding, "identity") != 0;
}

static int expect_body(struct http_request *request, const struct framing *framing)
{
    struct front *front = request->front;
    bool kept = !request->preflight && (request->route == ROUTE_PROCESS || request->route == ROUTE_ESTIMATE);
    const char *origin = header_of(request, "Origin");
    bool foreign =
        origin != NULL && cors_answer(front->conf->http_cors_origins, origin) == NULL &&
        !cors_is_same_origin(header_of(request, "Sec-Fetch-Site"), origin, header_of(request, "Host"));
    bool form;

    request->coded = kept && is_coded(header_of(request, "Content-Encoding"));
    if (request->coded)
        return request_error_set(&request->error, CODE_UNSUPPORTED_MEDIA_TYPE,
                                 "the body has a Content-Encoding; send it as it is, not compressed");
    if (request_body_expect(&request->body, front, kept, header_of(request, "Content-Type"), foreign, framing,
                            &request->error) == -1)
        return -1;
    form = request_body_is_form(&request->body);
    connection_phase(request->client, true, stage_now_ms() + front->deadline_ms * (form ? 10 : 1));
    return 0;
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
    request->faulty = admit(request) == -1 || expect_body(request, &framing) == -1;
    if (request->faulty && (framing.chunked || framing.length > 0))
        return respond_early(request);
    return MHD_YES;
}

/* ---- the body ---- */

/* More than was announced or allowed: the library takes no answer in the middle of a body, so it is sent past
 * it. */
static enum MHD_Result overflow(struct http_request *request)
{
    struct http_response reply;

    if (!request->faulty)
        request_error_set(&request->error, CODE_BODY_TOO_LARGE, "%s", code_doc(CODE_BODY_TOO_LARGE));
    request->faulty = true;
    reply = error_reply(request);
    respond_past_library(request, &reply);
    return MHD_NO;
}

enum MHD_Result http_request_body(struct http_request *request, const char *data, size_t size)
{
    if (!request_body_fits(&request->body, size))
        return overflow(request);
    if (!request->faulty) /* else it is read to its end, and left at that */
        request->faulty = request_body_feed(&request->body, data, size, &request->error) == -1;
    return MHD_YES;
}

/* ---- the whole request ---- */

/* Hands the message to the supervisor; the connection sleeps until ANSWER or the deadline. */
static enum MHD_Result hand(struct http_request *request, struct wire *message)
{
    struct front *front = request->front;
    int64_t within_ms = message->frames > 0 ? UPLOAD_WITHIN_MS : ANSWER_WITHIN_MS;
    uint64_t number = pending_requests_add(front->pending, request, stage_now_ms() + within_ms);
    const char *misfit;

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
        pending_requests_take(front->pending, number);
        wire_clear(message);
        request_error_set(&request->error, CODE_INVALID_VALUE, "%s is too long, or not what it may be",
                          misfit);
        return respond_error(request);
    }
    connection_phase(request->client, true, NO_DEADLINE);
    request->handed = true;
    MHD_suspend_connection(request->connection);
    stage_settle(front->stage, message);
    return MHD_YES;
}

static enum MHD_Result send_file(struct http_request *request)
{
    const struct conf *conf = request->front->conf;
    struct MHD_Response *response;
    struct file file;

    if (file_open(&file, conf->store_dir, conf->link_secret, &request->target, request->tail,
                  request->tail_size, (int64_t)time(NULL), &request->error) == -1)
        return respond_error(request);
    response = MHD_create_response_from_fd64(file.size, file.fd); /* closes it */
    if (response == NULL) {
        close(file.fd);
        return MHD_NO;
    }
    MHD_add_response_header(response, "Content-Type", file.type);
    MHD_add_response_header(response, "Content-Disposition", file.disposition);
    return respond(request, 200, response, file.size);
}

static enum MHD_Result ask(struct http_request *request)
{
    struct front *front = request->front;
    struct supervisor_request question;

    if (supervisor_request_make(&question, (enum route_id)request->route, &request->target, request->tail,
                                request->tail_size, &request->body, &request->error) == -1)
        return respond_error(request);
    memcpy(request->job, question.job, sizeof request->job);
    if (supervisor_request_complete(&question, front->conf, &request->caller, sees_whole(request),
                                    &request->target, &request->error) == -1)
        return respond_error(request);
    return hand(request, &question.message);
}

static struct http_response reply_json(const struct http_request *request, unsigned status, const char *json,
                                       size_t size)
{
    return (struct http_response){.status = status, .json = json, .size = size, .job = request->job};
}

/* From our own memory: the supervisor may be busy, or gone. */
static enum MHD_Result respond_state(struct http_request *request)
{
    static const char alive[] = "{\"status\":\"alive\"}", ready[] = "{\"status\":\"ready\"}";
    const struct supervisor_state *state = &request->front->supervisor_state;
    bool live = request->route == ROUTE_LIVEZ;
    const char *good = live ? alive : ready;
    struct http_response reply = reply_json(request, 200, good, strlen(good));
    int64_t now_ms = stage_now_ms();

    if (live ? supervisor_state_live(state, now_ms, &request->error)
             : supervisor_state_ready(state, now_ms, &request->error))
        return respond_reply(request, &reply);
    request->faulty = true;
    reply = error_reply(request);
    reply.status = 503; /* whatever the code's own is: probes know this one */
    reply.retry_after_ms = PROBE_INTERVAL_MS;
    return respond_reply(request, &reply);
}

/* What the client is told once the supervisor has answered, or has not. */
static struct http_response reply_of(struct http_request *request)
{
    struct wire *answer = &request->answer;
    unsigned status = answer->answer.status;
    struct http_response reply;

    if (request->faulty)
        return error_reply(request);
    if (answer->frames > 0 && status >= 200) {
        reply = reply_json(request, status, wire_data(answer, 0), wire_size(answer, 0));
        reply.plain = request->route == ROUTE_METRICS;
        return reply;
    }
    request->faulty = true;
    request_error_set(&request->error, code_of(answer->answer.code), "%s", answer->answer.detail);
    reply = error_reply(request);
    if (status >= 400)
        reply.status = status;
    reply.retry_after_ms = answer->answer.retry_after_ms;
    return reply;
}

static void wake(struct http_request *request)
{
    request->answered = true;
    MHD_resume_connection(request->connection);
}

static enum MHD_Result respond_answer(struct http_request *request)
{
    struct http_response reply = reply_of(request);

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
    if (request->preflight)
        return respond(request, 204, cors_preflight(route_of((enum route_id)request->route)->allow), 0);
    if (request->route == ROUTE_LIVEZ || request->route == ROUTE_READYZ)
        return respond_state(request);
    return request->route == ROUTE_FILE ? send_file(request) : ask(request);
}

void http_request_answered(struct http_request *request, struct wire *answer)
{
    wire_move(&request->answer, answer);
    wake(request);
}

void http_request_unanswered(struct http_request *request, enum code code, const char *detail)
{
    request_error_set(&request->error, code, "%s", detail);
    request->faulty = true;
    wake(request);
}

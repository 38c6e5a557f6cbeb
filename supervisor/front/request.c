/* request - see request.h */
#include "supervisor/front/request.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "supervisor/front/files.h"
#include "supervisor/front/headers.h"
#include "supervisor/front/intake.h"
#include "supervisor/front/multipart.h"
#include "supervisor/front/problem.h"
#include "supervisor/front/route.h"
#include "supervisor/front/upload.h"

enum {
    ANSWER_WITHIN_MS = 10000,
    TARGET_MOST = 8192,
    HEADERS_MOST = 128,
    FORM_EXTRA = 65536,          /* bytes of a form besides the PDF */
    SLOWEST_BYTES_PER_S = 16384, /* of a client that fetches a file */
};

struct request {
    struct front *front;
    struct MHD_Connection *connection;
    struct peer *peer;
    int64_t since_ms;
    char method[16];
    bool begun, handed, answered;          /* given to the supervisor; it has answered, or will not */
    bool faulty, closing, challenge, told; /* told: the log has its line */
    struct fault fault;
    unsigned fault_status; /* 0: the code's own */
    int route;             /* -1: none (yet) */
    struct target target;
    const char *tail;
    size_t tail_size;
    uint64_t body_most, body_seen;
    char *body; /* JSON */
    size_t body_size, body_room;
    struct upload *upload;
    uint64_t reserved;
    char job[JOB_MOST + 1];
    struct wire answer;
    const char *raw; /* the target where the library has it: only to compare addresses with */
    size_t text_size;
    char text[]; /* the target */
};

struct request *request_new(struct front *front, struct MHD_Connection *connection, const char *target)
{
    size_t size = strlen(target);
    struct request *request = need(sizeof *request + size + 1);
    const union MHD_ConnectionInfo *info;

    memset(request, 0, sizeof *request);
    memcpy(request->text, target, size + 1);
    request->raw = target;
    request->text_size = size;
    request->front = front;
    request->connection = connection;
    request->route = -1;
    request->since_ms = stage_now_ms();
    info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    must(info != NULL && info->socket_context != NULL);
    request->peer = info->socket_context;
    peer_phase(request->peer, true, request->since_ms + front->deadline_ms);
    return request;
}

static void upload_end(struct request *request)
{
    if (request->upload == NULL)
        return;
    upload_free(&request->upload);
}

void request_free(struct request **request)
{
    struct request *gone = *request;

    upload_end(gone);
    if (gone->reserved > 0) {
        gone->front->uploads--;
        gone->front->upload_bytes -= gone->reserved;
    }
    if (gone->begun) /* else the connection may be going */
        peer_phase(gone->peer, false, stage_now_ms() + gone->front->deadline_ms);
    wire_clear(&gone->answer);
    free(gone->body);
    free(gone);
    *request = NULL;
}

bool request_begun(const struct request *request)
{
    return request->begun;
}

/* ---- answering ---- */

static void log_request(struct request *request, unsigned status)
{
    bool dull = status < 400 && (request->route == ROUTE_PROCESS || /* the supervisor logs accepted jobs */
                                 (request->route >= 0 && route_of((enum route_id)request->route)->probe));

    if (request->told)
        return;
    request->told = true;
    log_at(dull ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO, "request", log_str("method", request->method),
           log_str("route", request->route < 0 ? "" : route_of((enum route_id)request->route)->shown),
           log_int("status", status), log_int("ms", stage_now_ms() - request->since_ms),
           log_job(request->job), log_str("code", request->faulty ? code_name(request->fault.code) : ""));
}

static enum MHD_Result respond(struct request *request, unsigned status, struct MHD_Response *response,
                               uint64_t size, const char *type)
{
    struct front *front = request->front;
    int64_t now = stage_now_ms(), extra = (int64_t)(size / SLOWEST_BYTES_PER_S) * 1000;
    enum MHD_Result rc;

    if (response == NULL)
        return MHD_NO;
    MHD_add_response_header(response, "Content-Type", type);
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(response, "Cache-Control", "no-store");
    if (request->closing || front->retiring)
        MHD_add_response_header(response, "Connection", "close");
    peer_phase(request->peer, true, now + front->deadline_ms + extra);
    log_request(request, status);
    rc = MHD_queue_response(request->connection, status, response);
    MHD_destroy_response(response);
    return rc;
}

static enum MHD_Result respond_json(struct request *request, unsigned status, const void *data, size_t size)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(size, (void *)(uintptr_t)data, MHD_RESPMEM_MUST_COPY);

    if (response != NULL && status == 202 && request->job[0] != '\0') {
        char location[JOB_MOST + 8];

        snprintf(location, sizeof location, "/jobs/%s", request->job);
        MHD_add_response_header(response, "Location", location);
    }
    return respond(request, status, response, size, "application/json");
}

static enum MHD_Result respond_problem(struct request *request, unsigned status, enum code code,
                                       const char *detail, uint64_t retry_after_ms)
{
    char *text = problem_text(status, code, detail);
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE);
    char seconds[24];

    if (response == NULL) {
        free(text);
        return MHD_NO;
    }
    if ((status == 429 || status == 503) && retry_after_ms == 0)
        retry_after_ms = 1000;
    if (retry_after_ms > 0) {
        snprintf(seconds, sizeof seconds, "%llu", (unsigned long long)((retry_after_ms - 1) / 1000 + 1));
        MHD_add_response_header(response, "Retry-After", seconds);
    }
    if (status == 401)
        MHD_add_response_header(response, "WWW-Authenticate",
                                request->challenge ? "Bearer realm=\"slidemill\", error=\"invalid_token\""
                                                   : "Bearer realm=\"slidemill\"");
    if (status == 405)
        MHD_add_response_header(response, "Allow", route_of((enum route_id)request->route)->allow);
    return respond(request, status, response, strlen(text), "application/problem+json");
}

static unsigned fault_status(const struct request *request)
{
    return request->fault_status != 0 ? request->fault_status : code_status(request->fault.code);
}

static enum MHD_Result respond_fault(struct request *request)
{
    request->faulty = true;
    return respond_problem(request, fault_status(request), request->fault.code, request->fault.detail, 0);
}

/* Before the body is read: the connection cannot go on behind an unread body. */
static enum MHD_Result respond_early(struct request *request)
{
    request->closing = true;
    peer_linger(request->front->peers, request->peer);
    return respond_fault(request);
}

/* Past the library, and the last on this connection. */
static void say(struct request *request, unsigned status, const char *type, const char *body, size_t size)
{
    char head[256];
    int length =
        snprintf(head, sizeof head,
                 "HTTP/1.1 %u %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
                 status, status < 300 ? "OK" : problem_title(status), type, size);
    char *text = need((size_t)length + size);

    memcpy(text, head, (size_t)length);
    memcpy(text + length, body, size);
    log_request(request, status);
    peer_linger(request->front->peers, request->peer);
    peer_say(request->peer, text,
             strcmp(request->method, "HEAD") == 0 ? (size_t)length : (size_t)length + size);
    free(text);
}

static void say_problem(struct request *request, unsigned status)
{
    char *text = problem_text(status, request->fault.code, request->fault.detail);

    say(request, status, "application/problem+json", text, strlen(text));
    free(text);
}

/* ---- the head ---- */

struct heads {
    struct header list[HEADERS_MOST];
    size_t count;
    bool broken;
    uintptr_t end; /* where the last value ends */
};

/* libmicrohttpd 0.9 cuts targets and values at a NUL, drops lines without a name and unfolds lines elsewhere
 * in memory. Otherwise the head lies in its buffer as it came, each line end turned into NULs. So a gap
 * between two headers, or something else than NULs behind the last, shows what it hides. Newer ones refuse
 * such forms themselves. */
static bool is_lenient(void)
{
    return MHD_get_version()[0] == '0';
}

static bool has_gap(const struct heads *heads, const char *name)
{
    uintptr_t begin = (uintptr_t)name;

    return heads->count > 0 && is_lenient() && (begin <= heads->end || begin - heads->end > 2);
}

/* Behind the last value: its CR LF and those of the empty line. */
static bool has_rest(const struct heads *heads)
{
    static const char ends[4];
    const char *last = heads->count == 0 ? NULL : (const char *)heads->end;

    return last != NULL && is_lenient() && memcmp(last, ends, sizeof ends) != 0;
}

static enum MHD_Result on_header(void *arg, enum MHD_ValueKind kind, const char *name, size_t name_size,
                                 const char *value, size_t value_size)
{
    struct heads *heads = arg;

    (void)kind;
    if (heads->count == HEADERS_MOST || has_gap(heads, name)) {
        heads->broken = true;
        return MHD_NO;
    }
    heads->list[heads->count++] = (struct header){name, value == NULL ? "" : value, name_size, value_size};
    heads->end = value == NULL ? (uintptr_t)name + name_size + 1 : (uintptr_t)value + value_size;
    return MHD_YES;
}

static const char *head_check(struct request *request, const char *version, struct framing *framing)
{
    struct heads heads = {.count = 0};

    MHD_get_connection_values_n(request->connection, MHD_HEADER_KIND, on_header, &heads);
    if (heads.broken || has_rest(&heads))
        return "a header is folded, nameless or has a NUL, a line does not end with CR LF, or there are more "
               "than 128";
    return headers_check(heads.list, heads.count, strcmp(version, "HTTP/1.1") == 0, framing);
}

static const char *header_of(struct request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

static int reserve_upload(struct request *request, const char *boundary, const struct framing *framing)
{
    struct front *front = request->front;
    uint64_t most = (uint64_t)front->conf->limit_pdf_bytes;
    uint64_t wanted = framing->chunked ? most : framing->length;

    if (front->uploads == UPLOADS_MOST ||
        (front->uploads > 0 && front->upload_bytes + wanted > 2 * most + FORM_EXTRA))
        return fault_set(&request->fault, CODE_QUEUE_FULL, "too many uploads at once; try again in a moment");
    request->upload = upload_new(boundary, most);
    if (request->upload == NULL) {
        log_error("upload_refused", log_str("reason", strerror(errno)));
        return fault_set(&request->fault, CODE_STORAGE_FULL, "no memory to take the PDF; try again later");
    }
    request->reserved = wanted + 1;
    front->uploads++;
    front->upload_bytes += request->reserved;
    return 0;
}

static bool is_json(const char *type)
{
    static const char json[] = "application/json";
    size_t size = sizeof json - 1;

    return type != NULL && strncasecmp(type, json, size) == 0 && strchr("; \t", type[size]) != NULL;
}

static int expect_body(struct request *request, const struct framing *framing)
{
    const struct conf *conf = request->front->conf;
    const char *type = header_of(request, "Content-Type");
    char boundary[BOUNDARY_MOST + 1];
    bool form = false;

    request->body_most = (uint64_t)conf->http_body_bytes;
    if (request->route == ROUTE_PROCESS && !is_json(type)) {
        form = type != NULL && multipart_boundary(type, boundary) == 0;
        if (!form)
            return fault_set(&request->fault, CODE_UNSUPPORTED_MEDIA_TYPE, "%s",
                             code_doc(CODE_UNSUPPORTED_MEDIA_TYPE));
        request->body_most = (uint64_t)conf->limit_pdf_bytes + FORM_EXTRA;
    }
    if (framing->length > request->body_most)
        return fault_set(&request->fault, CODE_BODY_TOO_LARGE,
                         "the body has %llu bytes, at most %llu are taken",
                         (unsigned long long)framing->length, (unsigned long long)request->body_most);
    peer_phase(request->peer, true, stage_now_ms() + request->front->deadline_ms * (form ? 10 : 1));
    return form ? reserve_upload(request, boundary, framing) : 0;
}

/* Who asks what, and may it? */
static int admit(struct request *request)
{
    struct front *front = request->front;
    const char *authorization = header_of(request, "Authorization");

    request->route =
        route_find(request->target.path, request->target.path_size, &request->tail, &request->tail_size);
    if (request->route == -1)
        return fault_set(&request->fault, CODE_ROUTE_NOT_FOUND, "%s", code_doc(CODE_ROUTE_NOT_FOUND));
    if (!route_allows((enum route_id)request->route, request->method))
        return fault_set(&request->fault, CODE_METHOD_NOT_ALLOWED, "%s", code_doc(CODE_METHOD_NOT_ALLOWED));
    if (route_of((enum route_id)request->route)->keyed && !auth_allows(front->auth, authorization)) {
        request->challenge = authorization != NULL;
        return fault_set(&request->fault, CODE_UNAUTHORIZED, "%s", code_doc(CODE_UNAUTHORIZED));
    }
    return 0;
}

static const char *first_look(struct request *request, const char *version, struct framing *framing)
{
    const char *why;

    if (strcmp(version, "HTTP/1.1") != 0 && strcmp(version, "HTTP/1.0") != 0) {
        request->fault_status = 505;
        return "the HTTP version is neither 1.0 nor 1.1";
    }
    if (is_lenient() && version != request->raw + request->text_size + 1)
        return "the request line is not method, target and version, each parted by one blank";
    why = head_check(request, version, framing);
    return why != NULL ? why : target_check(request->text, &request->target);
}

enum MHD_Result request_begin(struct request *request, const char *method, const char *version)
{
    struct framing framing = {.chunked = false};
    const char *why;

    request->begun = true;
    snprintf(request->method, sizeof request->method, "%s", method);
    why = first_look(request, version, &framing);
    if (why != NULL) {
        fault_set(&request->fault, CODE_BAD_REQUEST, "%s", why);
        return respond_early(request);
    }
    if (request->text_size > TARGET_MOST) {
        fault_set(&request->fault, CODE_URI_TOO_LONG, "the request target has more than %d bytes",
                  TARGET_MOST);
        return respond_early(request);
    }
    request->faulty = admit(request) == -1 || expect_body(request, &framing) == -1;
    if (request->faulty && (framing.chunked || framing.length > 0))
        return respond_early(request);
    return MHD_YES;
}

/* ---- the body ---- */

/* More than was announced or allowed: the library takes no answer in the middle of a body, so it is said past
 * it. */
static enum MHD_Result overflow(struct request *request)
{
    request->faulty = true;
    fault_set(&request->fault, CODE_BODY_TOO_LARGE, "%s", code_doc(CODE_BODY_TOO_LARGE));
    say_problem(request, code_status(CODE_BODY_TOO_LARGE));
    return MHD_NO;
}

enum MHD_Result request_body(struct request *request, const char *data, size_t size)
{
    request->body_seen += size;
    if (request->body_seen > request->body_most)
        return overflow(request);
    if (request->faulty || request->route != ROUTE_PROCESS)
        return MHD_YES; /* read to its end, and left at that */
    if (request->upload != NULL) {
        request->faulty = upload_feed(request->upload, data, size, &request->fault) == -1;
        if (request->faulty)
            upload_end(request);
        return MHD_YES;
    }
    if (request->body_size + size > request->body_room) {
        request->body_room = (request->body_size + size) * 2;
        request->body = need_more(request->body, request->body_room);
    }
    memcpy(request->body + request->body_size, data, size);
    request->body_size += size;
    return MHD_YES;
}

/* ---- the whole request ---- */

/* Hands the message to the supervisor; the connection sleeps until ANSWER or the deadline. */
static enum MHD_Result hand(struct request *request, struct wire *message)
{
    struct front *front = request->front;
    uint64_t number = waiting_add(front->waiting, request, stage_now_ms() + ANSWER_WITHIN_MS);

    if (number == 0) {
        wire_clear(message);
        fault_set(&request->fault, CODE_QUEUE_FULL, "too many requests at once; try again in a moment");
        return respond_fault(request);
    }
    if (message->type == WIRE_SUBMIT)
        message->submit.request = number;
    else
        message->ask.request = number;
    peer_phase(request->peer, true, PEER_NO_DEADLINE);
    request->handed = true;
    MHD_suspend_connection(request->connection);
    stage_settle(front->stage, message);
    return MHD_YES;
}

static enum MHD_Result submit(struct request *request)
{
    char digest[DIGEST_HEX + 1];
    struct intake intake;
    struct wire message;
    int rc;

    wire_init(&message, WIRE_SUBMIT);
    if (request->upload != NULL) {
        rc = upload_finish(request->upload, &intake, digest, &message, &request->fault);
        upload_end(request);
    } else {
        rc = intake_json(&intake, request->body == NULL ? "" : request->body, request->body_size,
                         &request->fault);
        if (rc == 0)
            intake_digest(&intake, NULL, digest);
    }
    if (rc == -1) {
        wire_clear(&message);
        return respond_fault(request);
    }
    memcpy(request->job, intake.job, sizeof request->job);
    message.submit = (struct wire_submit){.job = intake.job,
                                          .key = intake.key,
                                          .email = intake.email,
                                          .language = intake.language,
                                          .filename = intake.filename,
                                          .digest = digest};
    return hand(request, &message);
}

static enum MHD_Result ask(struct request *request, enum ask_about about, const char *job, const char *cursor)
{
    struct wire message;

    wire_init(&message, WIRE_ASK);
    message.ask = (struct wire_ask){.about = about, .job = job, .cursor = cursor};
    return hand(request, &message);
}

static enum MHD_Result ask_job(struct request *request)
{
    char job[3 * JOB_MOST + 1];
    long size = request->tail_size < sizeof job ? unescape(job, request->tail, request->tail_size) : -1;

    if (size < 0 || job_fault(job, (size_t)size) != NULL) {
        fault_set(&request->fault, CODE_JOB_NOT_FOUND, "%s", code_doc(CODE_JOB_NOT_FOUND));
        return respond_fault(request);
    }
    memcpy(request->job, job, (size_t)size + 1);
    return ask(request, ASK_JOB, request->job, "");
}

static enum MHD_Result ask_jobs(struct request *request)
{
    char cursor[3 * CURSOR_MOST + 1];
    long size = query_find(&request->target, "cursor", cursor, sizeof cursor);

    if (size < 0)
        size = cursor[0] = 0;
    if (cursor_fault(cursor, (size_t)size) != NULL) {
        fault_set(&request->fault, CODE_INVALID_VALUE, "cursor %s", cursor_fault(cursor, (size_t)size));
        return respond_fault(request);
    }
    return ask(request, ASK_JOBS, "", cursor);
}

static enum MHD_Result send_file(struct request *request)
{
    const struct conf *conf = request->front->conf;
    struct MHD_Response *response;
    struct file file;

    if (file_open(&file, conf->store_dir, conf->link_secret, &request->target, request->tail,
                  request->tail_size, (int64_t)time(NULL), &request->fault) == -1)
        return respond_fault(request);
    response = MHD_create_response_from_fd64(file.size, file.fd); /* closes it */
    if (response == NULL) {
        close(file.fd);
        return MHD_NO;
    }
    MHD_add_response_header(response, "Content-Disposition", file.disposition);
    return respond(request, 200, response, file.size, file.type);
}

static enum MHD_Result serve(struct request *request)
{
    switch ((enum route_id)request->route) {
    case ROUTE_PROCESS:
        return submit(request);
    case ROUTE_JOB:
        return ask_job(request);
    case ROUTE_JOBS:
        return ask_jobs(request);
    case ROUTE_FILE:
        return send_file(request);
    default:
        return ask(request, ASK_HEALTH, "", "");
    }
}

/* What the client is told once the supervisor has answered, or has not. */
struct reply {
    unsigned status;
    const char *json; /* NULL: a problem, as the request's fault has it */
    size_t size;
    uint64_t retry_after_ms;
};

static struct reply reply_json(unsigned status, const char *json, size_t size)
{
    return (struct reply){.status = status, .json = json, .size = size};
}

static struct reply reply_of(struct request *request)
{
    struct wire *answer = &request->answer;
    unsigned status = request->faulty ? fault_status(request) : answer->answer.status;

    if (request->faulty)
        return (struct reply){.status = status};
    if (request->route == ROUTE_LIVEZ) /* whatever it says of its health: it lives */
        return reply_json(200, "{\"status\":\"alive\"}", 18);
    if (request->route == ROUTE_READYZ && status < 300)
        return reply_json(200, "{\"status\":\"ready\"}", 18);
    if (answer->frames > 0 && status >= 200)
        return reply_json(status, wire_data(answer, 0), wire_size(answer, 0));
    request->faulty = true;
    fault_set(&request->fault, code_of(answer->answer.code), "%s", answer->answer.detail);
    return (struct reply){.status = status < 400 ? code_status(request->fault.code) : status,
                          .retry_after_ms = answer->answer.retry_after_ms};
}

static enum MHD_Result respond_answer(struct request *request)
{
    struct reply reply = reply_of(request);

    if (reply.json != NULL)
        return respond_json(request, reply.status, reply.json, reply.size);
    return respond_problem(request, reply.status, request->fault.code, request->fault.detail,
                           reply.retry_after_ms);
}

/* A client that has shut its sending side still listens, but the library drops it when it wakes. */
static void wake(struct request *request)
{
    struct reply reply;

    request->answered = true;
    if (peer_is_half_closed(request->peer)) {
        reply = reply_of(request);
        if (reply.json != NULL)
            say(request, reply.status, "application/json", reply.json, reply.size);
        else
            say_problem(request, reply.status);
    }
    MHD_resume_connection(request->connection);
}

enum MHD_Result request_end(struct request *request)
{
    if (request->answered)
        return respond_answer(request);
    if (request->handed)
        return MHD_YES; /* not yet */
    return request->faulty ? respond_fault(request) : serve(request);
}

void request_answered(struct request *request, struct wire *answer)
{
    wire_move(&request->answer, answer);
    wake(request);
}

void request_unanswered(struct request *request, enum code code, const char *detail)
{
    fault_set(&request->fault, code, "%s", detail);
    request->faulty = true;
    wake(request);
}

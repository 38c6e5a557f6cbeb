/* respond - see respond.h */
#include "stages/front/respond.h"

#include <stdlib.h>
#include <string.h>

#include "proto/log.h"
#include "stages/front/cors.h"
#include "stages/front/route.h"

enum { SLOWEST_BYTES_PER_S = 16384 }; /* of a client that fetches a file */

static void log_request(struct http_request *request, unsigned status)
{
    bool dull = status < 400 && (request->route == ROUTE_PROCESS || /* the supervisor logs accepted jobs */
                                 (request->route >= 0 && route_of((enum route_id)request->route)->probe));

    if (request->told)
        return;
    request->told = true;
    log_event(dull ? LOG_DEBUG_request : LOG_INFO_request, log_str("method", request->method),
              log_str("route", request->route < 0 ? "" : route_of((enum route_id)request->route)->shown),
              log_int("status", status), log_int("ms", stage_now_ms() - request->since_ms),
              log_job(request->job), log_str("client", request->caller.client),
              log_str("code", request->faulty ? code_name(request->error.code) : ""));
}

enum MHD_Result respond(struct http_request *request, unsigned status, struct MHD_Response *response,
                        uint64_t size)
{
    struct front *front = request->front;
    int64_t now = stage_now_ms(), extra = (int64_t)(size / SLOWEST_BYTES_PER_S) * 1000;
    enum MHD_Result rc;

    if (response == NULL)
        return MHD_NO;
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(response, "Cache-Control", "no-store");
    cors_add(front->conf->http_cors_origins, header_of(request, "Origin"), response);
    if (connection_is_gone(request->client)) { /* the client has been told past the library */
        MHD_destroy_response(response);
        return MHD_NO;
    }
    if (request->closing || front->retiring)
        MHD_add_response_header(response, "Connection", "close");
    connection_answer(front->connections, request->client, now + front->deadline_ms + extra);
    log_request(request, status);
    rc = MHD_queue_response(request->connection, status, response);
    MHD_destroy_response(response);
    return rc;
}

struct http_response error_reply(const struct http_request *request)
{
    return (struct http_response){
        .status = code_status(request->error.code),
        .code = request->error.code,
        .detail = request->error.detail,
        .bad_key = request->bad_key,
        .coded = request->coded,
        .retry_after_ms = (uint64_t)request->retry_after_ms,
        .allow = request->route < 0 ? "" : route_of((enum route_id)request->route)->allow};
}

enum MHD_Result respond_reply(struct http_request *request, const struct http_response *reply)
{
    uint64_t size;
    struct MHD_Response *response = http_response_for_mhd(reply, &size);

    return respond(request, reply->status, response, size);
}

enum MHD_Result respond_error(struct http_request *request)
{
    struct http_response reply;

    request->faulty = true;
    reply = error_reply(request);
    return respond_reply(request, &reply);
}

enum MHD_Result respond_early(struct http_request *request)
{
    request->closing = true;
    return respond_error(request);
}

void respond_past_library(struct http_request *request, struct http_response *reply)
{
    const char *origins = request->front->conf->http_cors_origins;
    size_t size;
    char *bytes;

    reply->allowed_origin = cors_answer(origins, header_of(request, "Origin"));
    reply->vary = *origins != '\0';
    bytes = http_response_bytes(reply, strcmp(request->method, "HEAD") == 0, &size);
    log_request(request, reply->status);
    connection_say(request->front->connections, request->client, bytes, size);
    free(bytes);
}

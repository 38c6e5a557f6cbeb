/* http_response - see http_response.h */
#include "stages/front/http_response.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/field_check.h"
#include "stages/front/request_error.h"

static const char json_type[] = "application/json", problem_type[] = "application/problem+json",
                  plain_type[] = "text/plain; version=0.0.4; charset=utf-8";

static struct MHD_Response *json_response(const struct http_response *reply)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(reply->size, (void *)(uintptr_t)reply->json, MHD_RESPMEM_MUST_COPY);
    char location[MAX_JOB + 8];

    if (response == NULL)
        return NULL;
    MHD_add_response_header(response, "Content-Type", reply->plain ? plain_type : json_type);
    if (reply->status == 202 && reply->job[0] != '\0') {
        snprintf(location, sizeof location, "/jobs/%s", reply->job);
        MHD_add_response_header(response, "Location", location);
    }
    return response;
}

static void add_retry_after(struct MHD_Response *response, const struct http_response *reply)
{
    uint64_t ms = reply->retry_after_ms;
    char seconds[24];

    if ((reply->status == 429 || reply->status == 503) && ms == 0)
        ms = 1000;
    if (ms == 0)
        return;
    snprintf(seconds, sizeof seconds, "%llu", (unsigned long long)((ms - 1) / 1000 + 1));
    MHD_add_response_header(response, "Retry-After", seconds);
}

static struct MHD_Response *problem_response(const struct http_response *reply, uint64_t *size)
{
    char *text = request_error_problem(reply->status, reply->code, reply->detail);
    struct MHD_Response *response;

    *size = strlen(text);
    response = MHD_create_response_from_buffer((size_t)*size, text, MHD_RESPMEM_MUST_FREE);
    if (response == NULL) {
        free(text);
        return NULL;
    }
    MHD_add_response_header(response, "Content-Type", problem_type);
    add_retry_after(response, reply);
    if (reply->status == 401)
        MHD_add_response_header(response, "WWW-Authenticate",
                                reply->bad_key ? "Bearer realm=\"slidemill\", error=\"invalid_token\""
                                               : "Bearer realm=\"slidemill\"");
    if (reply->status == 405)
        MHD_add_response_header(response, "Allow", reply->allow);
    if (reply->coded) /* RFC 9110 15.5.16 */
        MHD_add_response_header(response, "Accept-Encoding", "identity");
    return response;
}

struct MHD_Response *http_response_for_mhd(const struct http_response *reply, uint64_t *size)
{
    *size = reply->size;
    return reply->json != NULL ? json_response(reply) : problem_response(reply, size);
}

char *http_response_bytes(const struct http_response *reply, bool head_only, size_t *size)
{
    char *problem =
        reply->json == NULL ? request_error_problem(reply->status, reply->code, reply->detail) : NULL;
    const char *body = problem != NULL ? problem : reply->json;
    size_t body_size = problem != NULL ? strlen(problem) : reply->size;
    const char *origin = reply->allowed_origin;
    char *head, *bytes;
    int length = asprintf(
        &head,
        "HTTP/1.1 %u %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
        "X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n%s%s%s%sConnection: close\r\n\r\n",
        reply->status, reply->status < 300 ? "OK" : request_error_title(reply->status),
        problem != NULL ? problem_type
        : reply->plain  ? plain_type
                        : json_type,
        body_size, reply->vary ? "Vary: Origin\r\n" : "",
        origin != NULL ? "Access-Control-Allow-Origin: " : "", origin != NULL ? origin : "",
        origin != NULL ? "\r\n" : "");

    must(length != -1);
    must(body != NULL);
    bytes = need((size_t)length + body_size);
    memcpy(bytes, head, (size_t)length);
    memcpy(bytes + length, body, body_size);
    *size = (size_t)length + (head_only ? 0 : body_size);
    free(problem);
    free(head);
    return bytes;
}

/* http_request_state - what is known of one HTTP request; for the files that serve it (http_request.c,
 * admit.c, respond.c)
 */
#ifndef FRONT_HTTP_REQUEST_STATE_H
#define FRONT_HTTP_REQUEST_STATE_H

#include "stages/front/request_body.h"
#include "stages/front/front.h"
#include "stages/front/headers.h"

struct http_request {
    struct front *front;
    struct MHD_Connection *connection;
    struct connection *client;
    int64_t since_ms;
    char method[16];
    bool begun, handed, answered;        /* given to the supervisor; it has answered, or will not */
    bool faulty, closing, bad_key, told; /* told: the log has its line */
    bool preflight;                      /* a browser asks what a page may ask */
    bool coded;                          /* the body has a content coding, which is not undone here */
    struct request_error error;
    int route; /* -1: none (yet) */
    struct target target;
    const char *tail;
    size_t tail_size;
    char *path_key; /* as an Authorization header would have it; NULL: the target carries no key */
    struct request_body body;
    int64_t retry_after_ms; /* of a request that came too soon */
    struct caller caller;
    char job[MAX_JOB + 1];
    struct wire answer;
    char text[]; /* the target */
};

/* The value of a header of it; NULL: there is none. */
static inline const char *header_of(const struct http_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

#endif

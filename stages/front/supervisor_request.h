/* supervisor_request - what a whole request asks of the supervisor, as a message (SUBMIT or ASK)
 *
 * Not here: whether the client may ask (admission.h), and the number by which the answer finds the request
 * (pending_requests.h).
 */
#ifndef FRONT_SUPERVISOR_REQUEST_H
#define FRONT_SUPERVISOR_REQUEST_H

#include "conf/conf.h"
#include "proto/wire.h"
#include "stages/front/auth.h"
#include "stages/front/request_body.h"
#include "stages/front/request_target.h"
#include "stages/front/route.h"

/* Holds the texts its message lends. */
struct supervisor_request {
    struct wire message;
    struct job_request job_request;
    char digest[DIGEST_HEX + 1];
    char job[MAX_JOB + 1]; /* "": it is about no job */
    char cursor[3 * MAX_CURSOR + 1];
    char client[CLIENT_ROOM], tenant[TENANT_ROOM];
};

/* tail: of the path, behind the route's. 0, or -1 with the error; then nothing is left to clear. */
int supervisor_request_make(struct supervisor_request *question, enum route_id route,
                            const struct target *target, const char *tail, size_t tail_size,
                            struct request_body *body, struct request_error *error);

/* Fills in who asks, and the configured value of what the request does not say. whole: the caller may see the
 * state of the whole service. target: an admin may name a tenant in it (?tenant=NAME); else the question is
 * about all of them. 0, or -1 with the error; then nothing is left to clear. */
int supervisor_request_complete(struct supervisor_request *question, const struct conf *conf,
                                const struct caller *caller, bool whole, const struct target *target,
                                struct request_error *error);

#endif

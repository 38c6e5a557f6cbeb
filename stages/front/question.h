/* question - what a whole request asks of the supervisor, as a message for it
 *
 * Not here: whether the client may ask (request.c), and the number by which the answer finds it (waiting.c).
 */
#ifndef FRONT_QUESTION_H
#define FRONT_QUESTION_H

#include "proto/wire.h"
#include "stages/front/auth.h"
#include "stages/front/body.h"
#include "stages/front/headers.h"
#include "stages/front/route.h"

/* Holds the texts its message lends. */
struct question {
    struct wire message;
    struct intake intake;
    char digest[DIGEST_HEX + 1];
    char job[JOB_MOST + 1]; /* "": it is about no job */
    char cursor[3 * CURSOR_MOST + 1];
    char client[CLIENT_ROOM], tenant[TENANT_ROOM];
};

/* tail: of the path, behind the route's. 0, or -1 with the fault; then nothing is left to clear. */
int question_make(struct question *question, enum route_id route, const struct target *target,
                  const char *tail, size_t tail_size, struct body *body, struct fault *fault);

/* Fills in who asks, and what is not said. whole: he may know how the whole service is. target: an admin may
 * name a tenant in it (?tenant=NAME), else the question goes to all of them. 0, or -1 with the fault; then
 * nothing is left to clear. */
struct conf;
int question_complete(struct question *question, const struct conf *conf, const struct caller *caller,
                      bool whole, const struct target *target, struct fault *fault);

#endif

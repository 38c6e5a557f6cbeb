/* respond - gives a request its answer: by the library, or past it; and its line in the log */
#ifndef FRONT_RESPOND_H
#define FRONT_RESPOND_H

#include "stages/front/reply.h"
#include "stages/front/request_state.h"

/* Takes the response. size: of its body, which a client may take its time for. MHD_NO: the connection is to
 * be closed, for there is no response, or the client has been told past the library. */
enum MHD_Result respond(struct request *request, unsigned status, struct MHD_Response *response,
                        uint64_t size);
enum MHD_Result respond_reply(struct request *request, const struct reply *reply);

/* The problem that the request's fault tells of. */
struct reply reply_fault(const struct request *request);
enum MHD_Result respond_fault(struct request *request);
/* Before the body is read: the connection cannot go on behind an unread body. */
enum MHD_Result respond_early(struct request *request);

/* Past the library, and the last on this connection. */
void say(struct request *request, const struct reply *reply);

#endif

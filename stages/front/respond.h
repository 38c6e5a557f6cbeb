/* respond - gives a request its answer: by the library, or past it; and its line in the log */
#ifndef FRONT_RESPOND_H
#define FRONT_RESPOND_H

#include "stages/front/http_response.h"
#include "stages/front/http_request_state.h"

/* Takes the response. size: of its body, which a client may take its time for. MHD_NO: the connection is to
 * be closed, for there is no response, or the client has been told past the library. */
enum MHD_Result respond(struct http_request *request, unsigned status, struct MHD_Response *response,
                        uint64_t size);
enum MHD_Result respond_reply(struct http_request *request, const struct http_response *reply);

/* The problem that the request's error tells of. */
struct http_response error_reply(const struct http_request *request);
enum MHD_Result respond_error(struct http_request *request);
/* Before the body is read: the connection cannot go on behind an unread body. */
enum MHD_Result respond_early(struct http_request *request);

/* Past the library, and the last on this connection. */
void say(struct http_request *request, const struct http_response *reply);

#endif

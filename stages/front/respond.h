/* respond - gives a request its answer: by the library, or past it; and its line in the log */
#ifndef FRONT_RESPOND_H
#define FRONT_RESPOND_H

#include "stages/front/http_response.h"
#include "stages/front/http_request_state.h"

/* Queues the response, which is no longer the caller's. size: of its body; a longer one gets more time to be
 * sent. MHD_NO: the library is to close the connection, because there is no response, or because the client
 * was answered past the library. */
enum MHD_Result respond(struct http_request *request, unsigned status, struct MHD_Response *response,
                        uint64_t size);
enum MHD_Result respond_reply(struct http_request *request, const struct http_response *reply);

/* The problem that the request's error tells of. */
struct http_response error_reply(const struct http_request *request);
enum MHD_Result respond_error(struct http_request *request);
/* Before the body is read: the connection cannot go on behind an unread body. */
enum MHD_Result respond_early(struct http_request *request);

/* Sends the response past the library, as the last one on this connection. */
void respond_past_library(struct http_request *request, struct http_response *reply);

#endif

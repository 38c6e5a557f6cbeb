/* http_request - one HTTP request from its head to its line in the log
 *
 * libmicrohttpd hands it in piece by piece (http_server.c). It is admitted (admission.h), its body is read
 * (request_body.h), and it is answered: at once, with a file, or by the supervisor, while the connection
 * sleeps. The connection survives an error unless a body would have to be read to its end.
 */
#ifndef FRONT_HTTP_REQUEST_H
#define FRONT_HTTP_REQUEST_H

#include <microhttpd.h>

#include "conf/conf.h"
#include "proto/wire.h"
#include "stages/front/auth.h"
#include "stages/front/connection.h"
#include "stages/front/key_rate.h"
#include "stages/front/pending_requests.h"
#include "stages/front/request_body.h"
#include "stages/front/supervisor_state.h"
#include "stages/lib/stage.h"

/* What all requests are served with. front.c owns it. */
struct http_service {
    const struct conf *conf;
    struct stage *stage; /* of the turn at hand */
    struct api_keys *auth;
    struct key_rate *key_rate;
    struct pending_requests *pending;
    struct supervisor_state supervisor_state;
    struct upload_quota uploads;
    bool retiring; /* each connection is closed behind its answer */
    bool orphaned; /* there is no supervisor any more that could be asked */
};

struct http_request;

/* Begins a request on the library's connection, whose socket context is the client's struct connection.
 * target: as it stands in the request line. service outlives it. Never NULL. */
struct http_request *http_request_new(struct http_service *service, struct MHD_Connection *connection,
                                      const char *target);
/* The library is done with it: the client's connection waits for its next request. */
void http_request_free(struct http_request **request);

/* The library has read the head, a piece of the body, and the whole request (the latter again after
 * http_request_answered() or http_request_unanswered() have woken the connection). Each returns what the
 * library's access handler is to return; MHD_NO: the library closes its end. */
enum MHD_Result http_request_begin(struct http_request *request, const char *method);
enum MHD_Result http_request_body(struct http_request *request, const char *data, size_t size);
enum MHD_Result http_request_end(struct http_request *request);
/* Has http_request_begin() been called? */
bool http_request_begun(const struct http_request *request);

/* ANSWER has come for a request that waits for it (its frames are taken over), or will not come, with the
 * code and sentence that the client gets instead. */
void http_request_answered(struct http_request *request, struct wire *answer);
void http_request_unanswered(struct http_request *request, enum code code, const char *detail);

#endif

/* http_request - one HTTP request from its first line to its log line */
#ifndef FRONT_HTTP_REQUEST_H
#define FRONT_HTTP_REQUEST_H

#include "stages/front/front.h"

struct http_request;

struct http_request *http_request_new(struct front *front, struct MHD_Connection *connection,
                                      const char *target);
void http_request_free(struct http_request **request);

/* The head is there; a piece of the body; the whole request; the supervisor's answer (or none) has come. */
enum MHD_Result http_request_begin(struct http_request *request, const char *method);
enum MHD_Result http_request_body(struct http_request *request, const char *data, size_t size);
enum MHD_Result http_request_end(struct http_request *request);
bool http_request_begun(const struct http_request *request);

/* ANSWER for a waiting request (its frames are taken); or why there is none. The connection goes on. */
void http_request_answered(struct http_request *request, struct wire *answer);
void http_request_unanswered(struct http_request *request, enum code code, const char *detail);

#endif

/* request - one HTTP request from its first line to its log line */
#ifndef FRONT_REQUEST_H
#define FRONT_REQUEST_H

#include "stages/front/front.h"

struct request;

struct request *request_new(struct front *front, struct MHD_Connection *connection, const char *target);
void request_free(struct request **request);

/* The head is there; a piece of the body; the whole request; the supervisor's answer (or none) has come. */
enum MHD_Result request_begin(struct request *request, const char *method);
enum MHD_Result request_body(struct request *request, const char *data, size_t size);
enum MHD_Result request_end(struct request *request);
bool request_begun(const struct request *request);

/* ANSWER for a waiting request (its frames are taken); or why there is none. The connection goes on. */
void request_answered(struct request *request, struct wire *answer);
void request_unanswered(struct request *request, enum code code, const char *detail);

#endif

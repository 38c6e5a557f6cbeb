/* admit - finds the route of a request and its caller, and decides whether the caller may use it */
#ifndef FRONT_ADMIT_H
#define FRONT_ADMIT_H

#include "stages/front/http_request_state.h"

/* Finds the route and the caller. 0, or -1 with the request's error. */
int admit(struct http_request *request);

/* May the caller see the state of the whole service? */
bool sees_whole(const struct http_request *request);

#endif

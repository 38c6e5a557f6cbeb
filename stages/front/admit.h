/* admit - what a request asks for, who sends it, and whether that one may */
#ifndef FRONT_ADMIT_H
#define FRONT_ADMIT_H

#include "stages/front/http_request_state.h"

/* Finds the route and the caller. 0, or -1 with the request's error. */
int admit(struct http_request *request);

/* May it know how the whole service is? */
bool sees_whole(const struct http_request *request);

#endif

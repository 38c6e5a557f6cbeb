/* admit - what a request asks for, who sends it, and whether that one may */
#ifndef FRONT_ADMIT_H
#define FRONT_ADMIT_H

#include "stages/front/request_state.h"

/* Finds the route and the caller. 0, or -1 with the request's fault. */
int admit(struct request *request);

/* May it know how the whole service is? */
bool sees_whole(const struct request *request);

#endif

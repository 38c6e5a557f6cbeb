/* problem - an error answer as RFC 9457 problem details (pure) */
#ifndef FRONT_PROBLEM_H
#define FRONT_PROBLEM_H

#include "proto/codes.h"

/* {"type","title","status","detail","code"}; the text is the caller's. detail "": the code's own sentence. */
char *problem_text(unsigned status, enum code code, const char *detail);

/* The standard phrase of the statuses we use; "Error" for others. Static. */
const char *problem_title(unsigned status);

#endif

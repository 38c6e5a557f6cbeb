/* request_error - why a request is refused: a code of proto/codes.def and one sentence that says what and
 * where; and its answer as RFC 9457 problem details (pure) */
#ifndef FRONT_REQUEST_ERROR_H
#define FRONT_REQUEST_ERROR_H

#include "proto/codes.h"

struct request_error {
    enum code code;
    char detail[256];
};

/* Notes the error, its sentence cut to fit, and returns -1, so that a check can end with it. */
__attribute__((format(printf, 3, 4))) int request_error_set(struct request_error *error, enum code code,
                                                            const char *format, ...);

/* {"type","title","status","detail","code"}; the text is the caller's. detail "": the code's own sentence. */
char *request_error_problem(unsigned status, enum code code, const char *detail);

/* The standard phrase of the statuses we use (RFC 9110 15); "Error" for others. Static. */
const char *request_error_title(unsigned status);

#endif

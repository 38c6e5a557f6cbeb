/* request_error - why a request is refused: a code of proto/codes.def and one sentence that says what and
 * where */
#ifndef FRONT_REQUEST_ERROR_H
#define FRONT_REQUEST_ERROR_H

#include "proto/codes.h"

struct request_error {
    enum code code;
    char detail[256];
};

/* Notes the error and returns -1, so that a check can end with it. */
__attribute__((format(printf, 3, 4))) int request_error_set(struct request_error *error, enum code code,
                                                            const char *format, ...);

#endif

/* fault - why a request is refused: a code of proto/codes.def and one sentence that says what and where */
#ifndef FRONT_FAULT_H
#define FRONT_FAULT_H

#include "proto/codes.h"

struct fault {
    enum code code;
    char detail[256];
};

/* Notes the fault and returns -1, so that a check can end with it. */
__attribute__((format(printf, 3, 4))) int fault_set(struct fault *fault, enum code code, const char *format,
                                                    ...);

#endif

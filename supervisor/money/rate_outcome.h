/* rate_outcome - what the end of a model call says about an account's limits */
#ifndef SUPERVISOR_RATE_OUTCOME_H
#define SUPERVISOR_RATE_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/enums.h"

/* What a call's end told (CALLED). Limits are per minute; 0: not told. */
struct rate_outcome {
    enum call_verdict verdict;
    bool overload; /* REFUSED, but not for our rate: it says nothing of the account */
    uint64_t tokens;
    int64_t told_ms; /* wait asked for */
    uint64_t limit_requests, left_requests, limit_tokens, left_tokens;
};

#endif

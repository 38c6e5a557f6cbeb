/* job_state - see job_state.h */
#include "supervisor/base/job_state.h"

#include "proto/panic.h"

#define TEXT(name, text) text,

const char *job_state_name(enum job_state state)
{
    static const char *const names[] = {JOB_STATE_TABLE(TEXT)};

    must(state < JOB_STATES);
    return names[state];
}

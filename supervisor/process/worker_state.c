/* worker_state - see worker_state.h */
#include "supervisor/process/worker_state.h"

#include "proto/panic.h"

struct row {
    bool ready, leaving;
    enum wire_phase phase;
    enum worker_state next[WORKER_CHANGES];
};

#define NEVER WORKER_STATES

/* clang-format off */
static const struct row rows[WORKER_STATES] = {
    /*                    ready  leaving phase             HELLO            STATED           RETIRE */
    [WORKER_STARTING]  = {false, false,  PHASE_NEW,     {WORKER_READY,    NEVER,           WORKER_DISMISSED}},
    [WORKER_READY]     = {true,  false,  PHASE_READY,   {NEVER,           NEVER,           WORKER_RETIRING}},
    [WORKER_ADOPTED]   = {false, true,   PHASE_ADOPTED, {WORKER_CLAIMING, NEVER,           NEVER}},
    [WORKER_CLAIMING]  = {true,  true,   PHASE_ADOPTED, {WORKER_CLAIMING, WORKER_RETIRING, NEVER}},
    [WORKER_RETIRING]  = {true,  true,   PHASE_READY,   {NEVER,           NEVER,           NEVER}},
    [WORKER_DISMISSED] = {false, true,   PHASE_NEW,     {WORKER_RETIRING, NEVER,           NEVER}},
};
/* clang-format on */

bool worker_state_allows(enum worker_state state, enum worker_change change)
{
    return rows[state].next[change] != NEVER;
}

enum worker_state worker_state_next(enum worker_state state, enum worker_change change)
{
    must(worker_state_allows(state, change));
    return rows[state].next[change];
}

bool worker_state_is_ready(enum worker_state state)
{
    return rows[state].ready;
}

bool worker_state_is_leaving(enum worker_state state)
{
    return rows[state].leaving;
}

enum wire_phase worker_state_phase(enum worker_state state)
{
    return rows[state].phase;
}

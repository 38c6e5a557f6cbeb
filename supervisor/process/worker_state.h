/* worker_state - where a worker stands between its start and its end (pure)
 *
 * The table in worker_state.c says which change may follow which.  What is not here: that its process was
 * killed or has exited, which can happen in every state and does not undo it.
 */
#ifndef SUPERVISOR_WORKER_STATE_H
#define SUPERVISOR_WORKER_STATE_H

#include <stdbool.h>

#include "proto/wire.h"

enum worker_state {
    WORKER_STARTING,  /* it has not said HELLO yet */
    WORKER_READY,     /* it takes leases */
    WORKER_ADOPTED,   /* our predecessor's, and has not said HELLO to us yet */
    WORKER_CLAIMING,  /* adopted: it tells what it holds */
    WORKER_RETIRING,  /* it finishes what it holds, and goes */
    WORKER_DISMISSED, /* sent away before it said HELLO: it holds nothing */
    WORKER_STATES
};

enum worker_change {
    WORKER_HELLO,  /* it said HELLO */
    WORKER_STATED, /* adopted: it said STATE, and has told all that it holds */
    WORKER_RETIRE, /* we want it to go */
    WORKER_CHANGES
};

/* May that change come in that state? */
bool worker_state_allows(enum worker_state state, enum worker_change change);

/* The state after a change that is allowed; one that is not is a bug (abort). */
enum worker_state worker_state_next(enum worker_state state, enum worker_change change);

/* Has it said HELLO? */
bool worker_state_is_ready(enum worker_state state);

/* Is it on its way out, so that another one takes its place? */
bool worker_state_is_leaving(enum worker_state state);

/* What it may say (proto/messages.def). */
enum wire_phase worker_state_phase(enum worker_state state);

#endif

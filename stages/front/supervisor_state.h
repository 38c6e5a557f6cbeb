/* supervisor_state - what front knows of the supervisor's state without asking: the answer to its own last
 * probe (pure)
 *
 * Front probes and remembers, so that /livez and /readyz are answered at once, however busy the machine is,
 * and also when the supervisor does not answer any more: then what front remembers becomes stale.  It probes
 * once a second while somebody asks, every five seconds otherwise.
 */
#ifndef FRONT_SUPERVISOR_STATE_H
#define FRONT_SUPERVISOR_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/wire.h"
#include "stages/front/request_error.h"

/* REQUEST: its number on the wire, which no HTTP request ever gets. */
#define PROBE_REQUEST UINT64_MAX
enum {
    PROBE_INTERVAL_MS = 1000,
    PROBE_RETRY_MS = 250,
    PROBE_IDLE_MS = 5000,
    DEMAND_MS = 3000,
    STATE_STALE_MS = 5000
};

struct supervisor_state {
    int64_t asked_ms, heard_ms;
    int64_t wanted_ms; /* when somebody asked last; INT64_MIN: nobody has */
    bool asking;       /* the last probe has no answer yet */
    bool known;        /* there was an answer */
    enum code code;
    unsigned status;
    char detail[200];
};

void supervisor_state_begin(struct supervisor_state *state, int64_t now_ms);

/* Is it time to send a probe? If so, the probe counts as sent. At most one is unanswered. */
bool supervisor_state_due(struct supervisor_state *state, int64_t now_ms);
/* When supervisor_state_due() is worth a call, or the state becomes stale. */
int64_t supervisor_state_next(const struct supervisor_state *state, int64_t now_ms);

void supervisor_state_heard(struct supervisor_state *state, const struct wire_answer *answer, int64_t now_ms);

/* Somebody wants to know the state. */
void supervisor_state_wanted(struct supervisor_state *state, int64_t now_ms);

/* Does the supervisor make progress? Does it accept work? If not, the error says why. */
bool supervisor_state_live(const struct supervisor_state *state, int64_t now_ms, struct request_error *error);
bool supervisor_state_ready(const struct supervisor_state *state, int64_t now_ms,
                            struct request_error *error);

#endif

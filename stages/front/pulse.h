/* pulse - what front knows of the supervisor's state without asking: the answer to its own last probe (pure)
 *
 * Front probes about once a second and remembers, so that /livez and /readyz are answered at once, however
 * busy the machine is, and also when the supervisor does not answer any more: then the memory gets old.
 */
#ifndef FRONT_PULSE_H
#define FRONT_PULSE_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/wire.h"
#include "stages/front/fault.h"

/* REQUEST: its number on the wire, which no HTTP request ever gets. */
#define PULSE_REQUEST UINT64_MAX
enum { PULSE_EVERY_MS = 1000, PULSE_EAGER_MS = 250, PULSE_OLD_MS = 5000 };

struct pulse {
    int64_t asked_ms, heard_ms;
    bool asking; /* the last probe has no answer yet */
    bool known;  /* there was an answer */
    enum code code;
    unsigned status;
    char detail[200];
};

void pulse_begin(struct pulse *pulse, int64_t now_ms);

/* Is it time for a probe? Then it is taken as sent. At most one is out. */
bool pulse_due(struct pulse *pulse, int64_t now_ms);
/* When pulse_due() is worth a call, or the memory gets old. */
int64_t pulse_next(const struct pulse *pulse, int64_t now_ms);

void pulse_heard(struct pulse *pulse, const struct wire_answer *answer, int64_t now_ms);

/* Does the supervisor make progress; may it be given work? false: with the reason. */
bool pulse_live(const struct pulse *pulse, int64_t now_ms, struct fault *fault);
bool pulse_ready(const struct pulse *pulse, int64_t now_ms, struct fault *fault);

#endif

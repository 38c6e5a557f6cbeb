/* rate_control - how many model calls at once, and how fast: found out by trying; pure
 *
 * One for each endpoint, shared by all jobs and all vision processes.  Nobody tells us the limits of an
 * account; they show by refusals (429, overload), and sometimes by headers.
 *
 * A call that is not refused within a moment was let in (accepted): a refusal comes at once, an answer takes
 * seconds.  Until the first refusal, calls at once double with each such moment.  From the first refusal on,
 * calls let in per second are the rate, known the better the longer. Where the
 * number of calls at once is limited, that is the ceiling instead (call_ceiling.h). Both are tried again,
 * carefully: about one refusal in a hundred calls.
 *
 * What queues calls instead of refusing them shows by slow answers and time-outs (call_window.h); an endpoint
 * on one's own machine is taken for such a one from the beginning.
 *
 * Promise: never stands still for good; a told wait is waited for by all.  Times are monotonic milliseconds.
 */
#ifndef SUPERVISOR_RATE_CONTROL_H
#define SUPERVISOR_RATE_CONTROL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "supervisor/money/call_ceiling.h"
#include "supervisor/money/call_window.h"
#include "supervisor/money/dry_spell.h"
#include "supervisor/money/rate_outcome.h"
#include "supervisor/money/told_rate.h"

/* One call under way; the caller keeps it from rate_control_started to rate_control_heard. */
struct flight {
    TAILQ_ENTRY(flight) link; /* among those of which it is not known yet whether they were let in */
    int64_t started_ms;
    uint64_t done_before; /* answers of the endpoint before it began */
    unsigned beside;      /* calls under way when it began */
    bool young, probe;    /* probe: it is one more than the ceiling */
};

/* Calls let in since the first refusal, and how long that took; the older, the less. */
struct counted {
    double calls, ms;
};

struct rate_control {
    TAILQ_HEAD(flights, flight) young;
    unsigned youngs, flying;
    struct call_window window;
    /* refusals */
    struct dry_spell spell;
    uint64_t let_in;  /* calls, ever */
    unsigned peak;    /* most at once that were let in */
    unsigned burst;   /* calls let in before the first refusal; 0: there was none */
    unsigned spare;   /* calls of a burst that the rate does not hold back yet */
    int64_t begun_ms; /* the first of all */
    int64_t refused_ms, ended_ms, paused_until_ms, told_until_ms, refusal_took_ms;
    /* rate */
    struct counted counted;
    int64_t since_ms, counted_ms; /* from when and up to when; 0: nothing is counted */
    double rate, next_ms;         /* calls a millisecond, 0: not known; when the next is due */
    int64_t calm_ms;              /* before that, no refusal means nothing: a window of time has room */
    unsigned measured;            /* calls on which the rate rests */
    unsigned between;             /* calls let in since the last refusal */
    /* ceiling */
    struct call_ceiling ceiling;
    double rate_before; /* what was known until it was met */
    struct counted before;
    /* by headers */
    struct told_rate told;
};

/* small: begin with few calls at once. */
void rate_control_open(struct rate_control *rate_control, bool small);

/* May one more call start? max: calls at once that the workers can make. */
bool rate_control_allows(struct rate_control *rate_control, unsigned max, int64_t now_ms);

/* When the answer to that changes though nothing is heard; -1: it does not. */
int64_t rate_control_next(const struct rate_control *rate_control, unsigned max, int64_t now_ms);

/* A call starts; it ends with rate_control_heard, or rate_control_lost. */
void rate_control_started(struct rate_control *rate_control, struct flight *flight, int64_t now_ms);

/* A call has ended, and its worker has told how. */
void rate_control_heard(struct rate_control *rate_control, struct flight *flight,
                        const struct rate_outcome *heard, int64_t now_ms);

/* A call ends without word: its process died, or it was called off. */
void rate_control_lost(struct rate_control *rate_control, struct flight *flight);

#endif

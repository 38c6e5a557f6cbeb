/* rate_control - how many model calls at once, and how fast: found out by trying; pure
 *
 * One for each endpoint, shared by all jobs and all vision processes.  Nobody tells us the limits of an
 * account; they show by refusals (429, overload), and sometimes by headers.
 *
 * A call that is not refused within a moment was let in (accepted): a refusal comes at once, an answer takes
 * seconds.  From the first refusal on, calls let in per second are the rate, known the better the longer.
 * When refusals come at the same number of calls at once, again and again, that number is the ceiling
 * instead. Both are tried again, carefully: about one refusal in a hundred calls.
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

#include "proto/enums.h"
#include "supervisor/money/call_window.h"

/* One call under way; the caller keeps it from rate_control_started to rate_control_heard. */
struct flight {
    TAILQ_ENTRY(flight) link; /* among those of which it is not known yet whether they were let in */
    int64_t started_ms;
    uint64_t done_before; /* answers of the endpoint before it began */
    bool young;
};

struct rate_control {
    TAILQ_HEAD(, flight) young;
    unsigned youngs, flying;
    struct call_window window;
    bool proven; /* the endpoint has answered as it should */
    /* refusals */
    bool dry;          /* the last one was not followed by a call let in */
    bool probing;      /* one more than the ceiling is under way */
    unsigned refusals; /* in a row */
    uint64_t let_in;   /* calls, ever */
    int64_t begun_ms;  /* the first of all */
    int64_t dry_ms, refused_ms, paused_until_ms, refusal_took_ms;
    /* rate */
    double accepted, elapsed_ms;  /* since the first refusal, the older the less */
    int64_t since_ms, counted_ms; /* from when and up to when; 0: nothing is counted */
    double rate, next_ms;         /* calls a millisecond, 0: not known; when the next is due */
    int64_t calm_ms;              /* before that, no refusal means nothing: a window of time has room */
    unsigned measured;            /* calls on which the rate rests */
    unsigned between;             /* calls let in since the last refusal */
    /* ceiling */
    unsigned ceiling, seen_at, seen; /* seen: how often in a row */
    unsigned confirmed, earned;
    double rate_before, accepted_before, elapsed_before; /* what was known until the ceiling was met */
    /* by headers */
    double told_rate, tokens_a_call;
};

/* What a call's end told (CALLED). Limits are per minute; 0: not told. */
struct rate_outcome {
    enum call_verdict verdict;
    bool overload; /* REFUSED, but not for our rate: it says nothing of the account */
    uint64_t tokens;
    int64_t told_ms; /* wait asked for */
    uint64_t limit_requests, left_requests, limit_tokens, left_tokens;
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

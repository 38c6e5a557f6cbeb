/* circuit_breaker - is it one slide that fails, or does nobody get through? pure
 *
 * The model and the store are other people's machines.  A lease that comes back because of them is charged to
 * its work only if others got through since it was issued; else it is an outage as soon as a second one comes
 * back like that, and the lane waits: one lease at a time goes out as a trial, 5 s after the last, doubling
 * to 60 s.  Any success ends the outage at once.
 * Promise: an outage that lasts longer than allowed holds nothing back any more.
 */
#ifndef SUPERVISOR_CIRCUIT_BREAKER_H
#define SUPERVISOR_CIRCUIT_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/codes.h"
#include "supervisor/schedule/lane.h"

/* All zero: none. Times are monotonic. */
struct breaker {
    bool doubted;       /* one came back, and nobody has got through since */
    bool open;          /* a second one did */
    bool heard;         /* has anybody ever got through? */
    int64_t success_ms; /* when, last */
    int64_t since_ms, look_at_ms;
    unsigned looks; /* trials that came back failed */
};

enum breaker_verdict { BREAKER_CHARGE, BREAKER_WAIT, BREAKER_TOO_LONG };

/* Does a lease of that lane come back with this code because others' machines are out of order? */
bool breaker_code(enum lane_id lane, enum code code);

/* A lease of the lane got through. true: that ended an outage. */
bool breaker_success(struct breaker *outage, int64_t now_ms);

/* A lease, issued then, came back with such a code. max_ms: outages longer than that are not waited out.
 * suspect: others got through while this work failed before, so that it alone proves nothing. told_ms: wait
 * asked for by the other side. jitter: 0..999, shortens waits by up to a quarter. */
enum breaker_verdict breaker_failure(struct breaker *outage, int64_t issued_ms, int64_t max_ms, bool suspect,
                                     int64_t told_ms, unsigned jitter, int64_t now_ms);

/* May another lease go out while the lane has so many out? */
bool breaker_allows(const struct breaker *outage, unsigned out, int64_t max_ms, int64_t now_ms);

/* When breaker_allows() changes by itself (monotonic); TIMER_NONE: it does not. */
int64_t breaker_next(const struct breaker *outage, int64_t now_ms);

#endif

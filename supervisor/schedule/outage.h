/* outage - the breakers of the running supervisor: which lane waits, until when, and the log of it
 *
 * What an outage is, is circuit_breaker.c's to say; this knows the leases, the lanes and the parameters.
 */
#ifndef SUPERVISOR_OUTAGE_H
#define SUPERVISOR_OUTAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "supervisor/schedule/schedule.h"

/* A lease came back as failed. failed_ms: when its work failed like that last, 0: never; charged: it was to
 * blame then. true: the other side is out of order; the work is not charged, and the lane waits. */
bool outage_absorbs_failure(struct schedule *schedule, const struct lease *lease,
                            const struct wire_failed *failed, int64_t failed_ms, bool charged);

/* A lease of that lane was settled: an outage may have ended. */
void outage_on_settled(struct schedule *schedule, enum lane_id lane, const struct wire *result);

/* May a lease of that lane go out now? */
bool outage_allows(const struct schedule *schedule, enum lane_id lane);

/* When the answer to that changes by itself, for a lane that has work (monotonic); TIMER_NONE: it does not.
 */
int64_t outage_next(const struct schedule *schedule);

/* How long the outage of that lane has lasted; -1: there is none. */
int64_t outage_ms(const struct schedule *schedule, enum lane_id lane);

#endif

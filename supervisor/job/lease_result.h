/* lease_result - what comes back of a lease: whose it was, whether it still counts, and what it means
 *
 * The counterpart of lease_message.h.  Bytes that are to be kept are written first, by a thread; what follows
 * waits for that.
 *
 * Trouble: a result for a lease that is no more is stale gossip: logged at debug and dropped, but an answer
 * of the model is remembered (answer_cache.h).
 */
#ifndef SUPERVISOR_LEASE_RESULT_H
#define SUPERVISOR_LEASE_RESULT_H

#include <stdbool.h>

#include "supervisor/job/jobs.h"

/* The worker sent a result, or FAILED. Takes nothing over; the caller clears the message. */
void lease_result_take(struct jobs *jobs, struct worker *worker, struct wire *result);

/* Fails the leases whose message could not be sent, as if their workers had said FAILED. true: there were
 * some. */
bool lease_result_fail_unsent(struct jobs *jobs);

#endif

/* dispatch - joins lanes and credit: work becomes a lease, its attempt goes to the ledger, the message waits
 * for the commit */
#ifndef SUPERVISOR_DISPATCH_H
#define SUPERVISOR_DISPATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "supervisor/schedule/schedule.h"

/* How long a worker of that kind may hold a lease. */
int64_t dispatch_deadline_ms(const struct conf *conf, enum stage_kind kind);

/* May the worker be given another lease now? While there is suspect work of its kind, each holds one at a
 * time, so that the next death has one suspect. Behind greedy work nothing waits in a worker's hands. */
bool dispatch_has_credit(const struct schedule *schedule, const struct worker *worker);

/* So much waits for the disk that no more may come: neither uploads nor leases whose results are kept on it.
 */
bool dispatch_disk_busy(const struct schedule *schedule);

/* May work of that lane be given out now? Not in an outage, nor while the disk is busy with what came. */
bool dispatch_allows(struct schedule *schedule, enum lane_id lane);

/* Has the lane work that may be given out now? Greedy work goes to half of the workers of a kind
 * at once, after the rest or when it has waited for some seconds. */
bool dispatch_is_due(struct schedule *schedule, enum lane_id lane);

/* Gives every worker with credit what its lanes hold. */
void dispatch(struct schedule *schedule);

#endif

/* lease_message - what a worker is sent with a lease, for each lane, and what is written of the lease before
 *
 * The other side of schedule.h's work_source.
 */
#ifndef SUPERVISOR_LEASE_MESSAGE_H
#define SUPERVISOR_LEASE_MESSAGE_H

#include "supervisor/schedule/schedule.h"

struct jobs;

struct work_source lease_message_source(struct jobs *jobs);

#endif

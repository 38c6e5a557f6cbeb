/* job_machine - what results mean for jobs: each event to the plan, each action to a lane
 *
 * The policy is job_table.c's tables; slides are slide.c's, failures and deaths failure.c's.  Everything here
 * writes to the ledger within the turn and sends nothing that depends on it before the commit.
 *
 * Promise: each job ends in exactly one of completed and failed, and its callback is written with that end.
 * Trouble: a result for a lease that is no more is stale gossip: counted, logged at debug, dropped.
 */
#ifndef SUPERVISOR_JOB_MACHINE_H
#define SUPERVISOR_JOB_MACHINE_H

#include <stdbool.h>

#include "supervisor/job/job.h"
#include "supervisor/process/worker.h"

struct jobs;

/* At the start: holds what open jobs need, removes files that nobody does. */
void job_machine_recover(struct jobs *jobs);

/* Fails leases whose message could not be sent, applies what has happened to jobs (job_raise) until nothing
 * is left, and makes waiting jobs active while there is room for them. Only here does a job change its state,
 * and end. true: something had happened. Call it from the loop, never from within the work on a job. */
bool job_machine_turn(struct jobs *jobs);

/* Whatever a worker sent except HELLO, BEAT, SUBMIT and ASK. Takes nothing over; the caller clears the
 * message. */
void job_machine_on_result(struct jobs *jobs, struct worker *worker, struct wire *result);

#endif

/* job_machine - moves jobs: the events that were raised on them, as job_table.c says, and what is to be done
 *
 * Everything here writes to the ledger within the turn and sends nothing that depends on it before the
 * commit.
 *
 * Promise: each job ends in exactly one of completed and failed, and its callback is written with that end.
 */
#ifndef SUPERVISOR_JOB_MACHINE_H
#define SUPERVISOR_JOB_MACHINE_H

#include <stdbool.h>

#include "supervisor/job/jobs.h"

/* Fails leases whose message could not be sent, applies what has happened to jobs (job_raise) until nothing
 * is left, and makes waiting jobs active while there is room for them. Only here does a job change its state,
 * and end. true: something had happened. Call it from the loop, never from within the work on a job. */
bool job_machine_turn(struct jobs *jobs);

#endif

/* foreman - what results mean for jobs: each event to the plan, each action to a lane
 *
 * The policy is plan.c's tables; slides are slide.c's, failures and deaths setback.c's.  Everything here
 * writes to the ledger within the turn and sends nothing that depends on it before the commit.
 *
 * Promise: each job ends in exactly one of completed and failed, and its callback is written with that end.
 * Trouble: a result for a lease that is no more is stale gossip: counted, logged at debug, dropped.
 */
#ifndef SUPERVISOR_FOREMAN_H
#define SUPERVISOR_FOREMAN_H

#include <stdbool.h>

#include "proto/codes.h"
#include "supervisor/job.h"
#include "supervisor/plan.h"
#include "supervisor/worker.h"

struct supervisor;

/* At the start: holds what open jobs need, removes files that nobody does. */
void foreman_recover(struct supervisor *sup);

/* Makes jobs active while there is room for them. */
void foreman_activate(struct supervisor *sup);

/* Whatever a worker sent except HELLO, BEAT, SUBMIT and ASK. Takes nothing over; the caller clears the
 * message. */
void foreman_on_result(struct supervisor *sup, struct worker *worker, struct wire *result);

/* An event happened to a job. The job may have ended (and be gone) afterwards. */
void foreman_step(struct supervisor *sup, struct job *job, enum job_event event);

/* Is the job in the state that work of this lane is for? What comes late from another is gossip. */
bool foreman_fits(const struct job *job, enum lane_id lane);

/* It ends the job. */
void foreman_fail(struct supervisor *sup, struct job *job, enum code code, const char *detail);

#endif

/* worker_adopt - workers that outlived the last supervisor: found, asked what they hold, relieved when it is
 * done
 *
 * A vision worker's answers are paid for, so it does not die with the supervisor (stages/lib/stage.h).  The
 * next one binds the same endpoints again, takes the leases that the ledger knows of into that worker's
 * hands, and says ADOPT.  The worker tells what it still works on (HOLDING), repeats what had not been
 * acknowledged, and says STATE: what it did not mention never reached it, and goes back to its lane.
 */
#ifndef SUPERVISOR_WORKER_ADOPT_H
#define SUPERVISOR_WORKER_ADOPT_H

#include "supervisor/job/jobs.h"

/* At the start, before any work is handed out: takes over all that live; every other lease is void. */
void adopt_living(struct jobs *jobs);

/* A job has become active: its slides that are in adopted hands are busy. */
void adopt_job(const struct worker_pool *pool, struct job *job);

/* HOLDING came: the worker still works on that lease. */
void adopt_on_holding(struct worker *worker, uint64_t lease);

/* STATE came: what the worker does not hold never arrived there, and goes back to its lane. supervisor: whose
 * ADOPT it answers; one meant for another supervisor is passed over. */
void adopt_on_state(struct jobs *jobs, struct worker *worker, uint32_t supervisor);

#endif

/* failure - work that did not work out: a failure told, or a worker that died over it
 *
 * Decides between again, later and never, and whom to blame.  What a success means is job_machine.c's.
 */
#ifndef SUPERVISOR_FAILURE_H
#define SUPERVISOR_FAILURE_H

#include "supervisor/job/job.h"
#include "supervisor/process/worker.h"

struct jobs;

/* A worker said FAILED. The job may have ended (and be gone) afterwards. */
void failure_on_failed(struct jobs *jobs, struct job *job, const struct lease *lease, struct wire *result);

/* A worker is dead and all it said has been heard: its leases are void, their work goes back. */
void failure_on_death(struct jobs *jobs, struct worker *worker);

/* An adopted worker has told all that it holds: the other leases never reached it, their work goes back. */
void failure_on_unclaimed(struct jobs *jobs, struct worker *worker);

#endif

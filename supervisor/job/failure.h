/* failure - work that did not work out: a failure told, or a worker that died over it
 *
 * Decides between again, later and never, and whom to blame.  What a success means is lane_result.c's.
 */
#ifndef SUPERVISOR_FAILURE_H
#define SUPERVISOR_FAILURE_H

#include "supervisor/job/jobs.h"

/* A worker said FAILED of work that is counted in the job's row: queues it again, or gives it up as its lane
 * says. */
void failure_of_work(struct jobs *jobs, struct job *job, const struct lease *lease,
                     const struct wire_failed *failed);

/* A worker is dead and all it said has been heard: its leases are void, their work goes back. */
void failure_on_death(struct jobs *jobs, struct worker *worker);

/* An adopted worker has told all that it holds: the other leases never reached it, their work goes back. */
void failure_on_unclaimed(struct jobs *jobs, struct worker *worker);

#endif

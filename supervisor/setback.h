/* setback - work that did not work out: a failure told, or a worker that died over it
 *
 * Decides between again, later and never, and whom to blame.  What a success means is foreman.c's.
 */
#ifndef SUPERVISOR_SETBACK_H
#define SUPERVISOR_SETBACK_H

#include "supervisor/job.h"
#include "supervisor/worker.h"

struct supervisor;

/* A worker said FAILED. The job may have ended (and be gone) afterwards. */
void setback_failed(struct supervisor *sup, struct job *job, const struct lease *lease, struct wire *result);

/* A worker is dead and all it said has been heard: its leases are void, their work goes back. */
void setback_died(struct supervisor *sup, struct worker *worker);

/* An adopted worker has told all that it holds: the other leases never reached it, their work goes back. */
void setback_unclaimed(struct supervisor *sup, struct worker *worker);

#endif

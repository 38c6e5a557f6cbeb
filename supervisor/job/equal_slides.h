/* equal_slides - slides of which one asks the model and the others wait (in_flight.h): what its end means for
 * them
 *
 * An answer is in the cache by then.  If there is none because of the slide, those that would have asked
 * exactly the same share the verdict.  If another try may mend it, or it was the job's fault that asked (its
 * budget), each of them asks for itself: two at once after the first failure, then four, up to 16.
 */
#ifndef SUPERVISOR_EQUAL_SLIDES_H
#define SUPERVISOR_EQUAL_SLIDES_H

#include "supervisor/job/jobs.h"

/* Is the slide to be asked about now? The message's fields say what is asked, its frames need not be there
 * yet. false: it waits for an equal one. */
bool equal_slides_lead(struct jobs *jobs, const struct job *job, struct draft *draft);

/* A lease that led has ended, and its slide has been told. failed: what was said then; NULL: it was answered,
 * or nothing was said. */
void equal_slides_end(struct jobs *jobs, const struct lease *lease, struct wire *failed);

/* The worker that held it died over it. */
void equal_slides_died(struct jobs *jobs, const struct lease *lease);

#endif

/* job_outcome - what the outcomes of all slides mean for their job (pure)
 *
 * A job completes although some slides failed: each is told with its reason.  One of which not one slide was
 * explained fails.
 */
#ifndef SUPERVISOR_JOB_OUTCOME_H
#define SUPERVISOR_JOB_OUTCOME_H

#include "supervisor/job/job.h"

/* Every slide has its outcome. If not one was explained, and it is not the document's fault: writes why into
 * the row, raises EVENT_NOTHING_EXPLAINED and returns true. */
bool job_outcome_fail(struct job *job);

#endif

/* job_activate - which jobs are worked on: those of each tenant in turn, while there is room
 *
 * A job that was open when the process began is looked at first: which of its files are still there?  Then it
 * begins anew what its state waits for (EVENT_ACTIVATED, job_table.h).
 */
#ifndef SUPERVISOR_JOB_ACTIVATE_H
#define SUPERVISOR_JOB_ACTIVATE_H

#include "supervisor/job/jobs.h"

/* At the start: holds the files that open jobs need, makes jobs active, removes files that nobody needs. */
void job_activate_recover(struct jobs *jobs);

/* Makes waiting jobs active while there is room for them, and raises EVENT_ACTIVATED for each. */
void job_activate(struct jobs *jobs);

#endif

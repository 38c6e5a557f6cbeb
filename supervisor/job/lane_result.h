/* lane_result - for each lane: what its results and failures mean (the functions that lanes.def names)
 *
 * Whether a result still counts is lease_result.c's to say.
 */
#ifndef SUPERVISOR_LANE_RESULT_H
#define SUPERVISOR_LANE_RESULT_H

#include "supervisor/job/jobs.h"

/* The lease was settled by this message: the result of its lane, or FAILED. job: NULL for what is owed of one
 * that has ended. */
void lane_result(struct jobs *jobs, struct job *job, const struct lease *lease, struct wire *result);

/* The lease was settled by a result whose bytes have been written; where that failed, its work is queued
 * again. */
void lane_result_kept(struct jobs *jobs, struct job *job, const struct lease *lease, struct blob_write *kept);

#endif

/* lane_result - for each lane: what its results and failures mean (the functions that lanes.def names)
 *
 * Whether a result still counts is lease_result.c's to say.
 */
#ifndef SUPERVISOR_LANE_RESULT_H
#define SUPERVISOR_LANE_RESULT_H

#include "supervisor/job/jobs.h"

/* A lease that was settled, and by what. */
struct settled {
    struct jobs *jobs;
    struct job *job; /* NULL for what is owed of one that has ended */
    const struct lease *lease;
    struct wire *result;     /* of its lane, or FAILED */
    struct blob_write *kept; /* of a lane with ROOM: the same result, after its bytes were written */
};

/* Does what the result means; if its bytes could not be written, its work is queued again. */
void lane_result(const struct settled *settled);

#endif

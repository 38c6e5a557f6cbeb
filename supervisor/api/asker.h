/* asker - who waits for an estimate: answered when it is there, or told where to look if that takes too long
 */
#ifndef SUPERVISOR_ASKER_H
#define SUPERVISOR_ASKER_H

#include "supervisor/api/api.h"

/* This request of front waits for the estimate of that job. */
void asker_add(struct api *api, const struct worker *front, uint64_t request, const struct job_row *row);

/* The figures of an estimate are there, or it failed: its asker is told. arg: struct api; for struct
 * job_listener. */
void asker_estimated(void *arg, const struct job_row *row);

/* Tells those who have waited long enough where to look. Returns when it is to be called again (monotonic),
 * -1: no need. */
int64_t asker_turn(struct api *api);
void asker_free(struct api *api);

#endif

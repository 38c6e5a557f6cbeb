/* artifacts - what was made of a job's lecture: kept as files until the store has it
 *
 * Which there are says the job's row (outputs).  Made again after a file was lost, an artifact has the same
 * bytes: the assembler gives the same for the same lease.
 */
#ifndef SUPERVISOR_ARTIFACTS_H
#define SUPERVISOR_ARTIFACTS_H

#include "proto/wire.h"
#include "supervisor/job/job.h"

struct jobs;

/* Its files are needed; they are not needed any more. */
void artifacts_hold(struct jobs *jobs, const struct job *job);
void artifacts_drop(struct jobs *jobs, const struct job *job);
void artifacts_check(struct jobs *jobs, const struct job *job, struct blob_check *check);

/* ASSEMBLED, with a frame for each. */
void artifacts_on_assembled(struct jobs *jobs, struct job *job, const struct blob_write *kept);

/* Sends what is not stored yet to the store. */
void artifacts_store(struct jobs *jobs, struct job *job);

/* STORED: number n is there. */
void artifacts_on_stored(struct jobs *jobs, struct job *job, uint32_t n, struct wire *result);

#endif

/* job_life - how a job becomes active, and what it gives up when it ends */
#ifndef SUPERVISOR_JOB_LIFE_H
#define SUPERVISOR_JOB_LIFE_H

#include "supervisor/job/job.h"

/* A job was accepted: its row is in the ledger. */
void job_accepted(struct jobs *jobs, const char *tenant);

/* Makes a job active: takes the row over, reads its slides, holds their blobs (its document and the summary
 * of its previous run are held already). */
struct job *job_new(struct jobs *jobs, struct job_row *row);

/* Gives up all that it holds, its document included, and frees it. Only the job machine ends a job
 * (job_machine.h), between two pieces of work on it, so that nobody is left who still looks at it. */
void job_end(struct jobs *jobs, struct job *job);

/* The slides exist now. */
void job_slides(struct jobs *jobs, struct job *job);

/* Adds all blobs that it holds. */
void job_blobs(struct jobs *jobs, const struct job *job, struct blob_check *check);

/* Forgets it without giving up its files, for the end of the process. */
void jobs_free(struct jobs *jobs);

#endif

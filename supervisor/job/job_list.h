/* job_list - the active jobs, and how many jobs there are
 *
 * A job is in the list from its turn until its end.  What it holds on the disk is counted as held meanwhile.
 */
#ifndef SUPERVISOR_JOB_LIST_H
#define SUPERVISOR_JOB_LIST_H

#include "supervisor/job/job.h"
#include "supervisor/money/money_rows.h"

struct job_list;

/* It reads and writes rows of the ledger, holds blobs, and counts for tenants; it frees none of the three. */
struct job_list *job_list_new(struct ledger *ledger, struct blobs *blobs, struct tenants *tenants);

/* Forgets the jobs without giving up their files, for the end of the process. */
void job_list_free(struct job_list **list);

struct job_counts {
    uint64_t open;                                /* accepted and not yet ended */
    unsigned active;                              /* of these, in the list */
    uint64_t completed, failed, slides[OUTCOMES]; /* ended since the start */
};
const struct job_counts *job_list_counts(const struct job_list *list);

/* At the start: counts what is open in the ledger. */
void job_list_count_open(struct job_list *list);

/* A job was accepted: its row is in the ledger. */
void job_list_accepted(struct job_list *list, const char *tenant);

/* A slide has got this outcome. */
void job_list_slide_ended(struct job_list *list, enum outcome outcome);

/* The newest; job->next is the one before it. job_list_find: NULL: not active (any more). */
struct job *job_list_first(const struct job_list *list);
struct job *job_list_find(const struct job_list *list, int64_t id);

/* Makes a job active: takes the row over, reads its slides, holds their blobs (its document and the summary
 * of its previous run are held already). */
struct job *job_list_add(struct job_list *list, struct job_row *row);

/* The active job of a row, which is taken over; if it is not active it becomes so. */
struct job *job_list_at(struct job_list *list, struct job_row *row);

/* The document of a job was inspected: its slides exist in the ledger now, and are read. */
void job_list_add_slides(struct job_list *list, struct job *job);

/* Adds the names of all blobs that a job holds to a check. */
void job_list_add_blobs(const struct job_list *list, const struct job *job, struct blob_check *check);

/* The job has completed or failed: gives up all that it holds, its document included, and frees it. Only the
 * job machine ends a job (job_machine.h), between two pieces of work on it, so that nobody is left who still
 * looks at it. */
void job_list_end(struct job_list *list, struct job *job);

/* The rows of active jobs, for those who account for money. */
struct money_rows job_list_money_rows(struct job_list *list);

#endif

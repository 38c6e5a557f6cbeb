/* provider_batch - the cheap lane: slides of jobs with priority economy go to the provider's batch API
 *
 * When all pages of such a job are drawn, those that need the model are handed in together, and the batch is
 * looked after until it has ended: half the price, and up to economy.deadline_s later.  What it leaves
 * unanswered is asked for at once.
 *
 * Promise: a batch that was handed in is never handed in again; its name is in the ledger, or it is found by
 * its mark.
 */
#ifndef SUPERVISOR_PROVIDER_BATCH_H
#define SUPERVISOR_PROVIDER_BATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "supervisor/process/worker.h"

struct supervisor;
struct job;
struct batch;

/* A drawn slide that needs the model: does it wait for the batch? Then it is economy's from here on. */
bool batch_takes(struct supervisor *sup, struct job *job, uint32_t slide);

/* All that is drawn or ended is known: hands in what waits, if nothing else is to come. */
void batch_try(struct supervisor *sup, struct job *job);

/* At the start: what is out already. true: that slide is in a batch. */
void batches_load(struct supervisor *sup, struct job *job);
bool batch_has_slide(const struct job *job, uint32_t slide);

/* Fills in the message of a lease for batch number n of the job. false: there is nothing (any more) to lease.
 */
bool batch_issue(struct supervisor *sup, struct job *job, const struct worker *worker, uint32_t n,
                 struct wire *message);
bool batch_issue_poll(struct supervisor *sup, struct job *job, uint32_t n, struct wire *message);

void batch_on_result(struct supervisor *sup, struct job *job, const struct lease *lease, struct wire *result);

void batches_free(struct supervisor *sup, struct job *job);

#endif

/* batch - which slides of an economy job wait for a batch, and which are in one
 *
 * What is said of them to the provider, and what it answers, is provider_batch.c's.
 */
#ifndef SUPERVISOR_BATCH_H
#define SUPERVISOR_BATCH_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "supervisor/job/job.h"
#include "supervisor/money/budget.h"
#include "supervisor/process/worker.h"

struct batch {
    struct batch *next;
    uint32_t n;     /* among those of the job, from 1 */
    char *name;     /* the provider's; "" until it is handed in */
    json_t *slides; /* numbers */
    int64_t deadline_ms, reserved;
};

/* What the batches of all jobs are worked on with. */
struct batches {
    struct ledger *ledger;
    struct lanes *lanes;
    struct budget *budget;
};

/* Batch number n of the job; NULL: there is none (any more). */
struct batch *batch_of(const struct job *job, uint32_t n);

/* Is the work to hand a batch of the job in, or to look at it? Nobody queues it again when it is dropped. */
bool batch_is_work(const struct job *job, const struct work *work);

/* The i-th of its slides, from 0. */
uint32_t batch_slide_at(const struct batch *batch, size_t i);

/* Is the slide in a batch? */
bool batch_has_slide(const struct job *job, uint32_t slide);

/* A drawn slide needs the model: does it wait for the batch? Then it is economy's from here on. vision: a
 * worker that would be asked, NULL: none is there at present. */
bool batch_takes(struct job *job, uint32_t slide, const struct worker *vision);

/* Nothing of the job goes to a batch any more. */
void batch_no_more(struct job *job);

/* Makes a batch of the slides that wait for one and queues it, if no other slide can come along any more. */
void batch_try(struct lanes *lanes, struct job *job);

/* Queues the batch's open slides to be asked for at once, one by one, and ends it. */
void batch_ask_live(const struct batches *batches, struct job *job, struct batch *batch);

/* Takes the batch off the job and frees it; what was put aside for it is free again. */
void batch_end(const struct batches *batches, struct job *job, struct batch *batch);

/* After a restart: reads the batches that are out already, puts money aside for them and queues a look at
 * each. */
void batches_load(const struct batches *batches, struct job *job);

/* The job ends: what was put aside for its batches is free again; those that are out stay in the ledger. */
void batches_give_back(struct budget *budget, const struct job *job);

/* Forgets the batches of the job. */
void batches_free(struct job *job);

#endif

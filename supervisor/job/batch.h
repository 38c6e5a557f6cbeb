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

struct batch {
    struct batch *next;
    uint32_t n;     /* among those of the job, from 1 */
    char *name;     /* the provider's; "" until it is handed in */
    json_t *slides; /* numbers */
    int64_t deadline_ms, reserved;
};

/* Batch number n of the job; NULL: there is none (any more). */
struct batch *batch_of(const struct job *job, uint32_t n);

/* The i-th of its slides, from 0. */
uint32_t batch_slide_at(const struct batch *batch, size_t i);

/* A drawn slide that needs the model: does it wait for the batch? Then it is economy's from here on. */
bool batch_takes(struct jobs *jobs, struct job *job, uint32_t slide);

/* All that is drawn or ended is known: hands in what waits, if nothing else is to come. */
void batch_try(struct jobs *jobs, struct job *job);

/* Its open slides are asked for at once, one by one, and it ends. */
void batch_ask_live(struct jobs *jobs, struct job *job, struct batch *batch);

/* Takes the batch off and frees it; what was put aside for it is free again. */
void batch_end(struct jobs *jobs, struct job *job, struct batch *batch);

/* At the start: what is out already. */
void batches_load(struct jobs *jobs, struct job *job);

/* Is the slide in a batch? */
bool batch_has_slide(const struct job *job, uint32_t slide);

/* Forgets the batches of the job; those that are out stay in the ledger. */
void batches_free(struct jobs *jobs, struct job *job);

#endif

/* slide - what results, failures and deaths mean for one slide
 *
 * A slide is drawn, then explained, then done; or blank, or answered from the cache, or failed.  Its row is
 * written with every step, its answer in the same commit as its outcome.
 */
#ifndef SUPERVISOR_SLIDE_H
#define SUPERVISOR_SLIDE_H

#include <stdbool.h>

#include "proto/codes.h"
#include <jansson.h>

#include "supervisor/job/job.h"
#include "supervisor/process/worker.h"

struct jobs;

/* Gives every slide of the job what it needs next; ends the job's working if that is nothing. */
void slides_work(struct jobs *jobs, struct job *job);

void slide_on_rastered(struct jobs *jobs, struct job *job, const struct lease *lease,
                       struct blob_write *kept);
void slide_on_explained(struct jobs *jobs, struct job *job, const struct lease *lease, struct wire *result);
void slide_on_failed(struct jobs *jobs, struct job *job, const struct lease *lease, struct wire *result);
void slide_on_death(struct jobs *jobs, struct job *job, const struct lease *lease, bool charged, bool late);

/* No slide waits for it, but the answer is paid for: the next one that needs it finds it. */
void slide_remember(struct jobs *jobs, const char *key, struct wire *result);

/* A batch has answered it. vision: whose answers these are, NULL: unknown. */
void slide_answered(struct jobs *jobs, struct job *job, uint32_t slide, const struct worker *vision,
                    const json_t *answer, const char *model, bool text_only);

/* It is not explained, and that is no failure: the code says why. */
void slide_skip(struct jobs *jobs, struct job *job, uint32_t slide, enum code code);

/* If its answer is known already, it has it now: that costs nothing. key: answer_cache.h's. */
bool slide_find_answer(struct jobs *jobs, struct job *job, uint32_t slide, const char *key);

#endif

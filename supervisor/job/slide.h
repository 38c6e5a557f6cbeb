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

struct supervisor;

/* Gives every slide of the job what it needs next; ends the job's working if that is nothing. */
void slides_work(struct supervisor *sup, struct job *job);

void slide_on_rastered(struct supervisor *sup, struct job *job, const struct lease *lease,
                       struct blob_write *kept);
void slide_on_explained(struct supervisor *sup, struct job *job, const struct lease *lease,
                        struct wire *result);
void slide_on_failed(struct supervisor *sup, struct job *job, const struct lease *lease, struct wire *result);
void slide_on_death(struct supervisor *sup, struct job *job, const struct lease *lease, bool charged,
                    bool late);

/* No slide waits for it, but the answer is paid for: the next one that needs it finds it. */
void slide_remember(struct supervisor *sup, const char *key, struct wire *result);

/* The answer is known already: it costs nothing. */
/* A batch has answered it. vision: whose answers these are, NULL: unknown. */
void slide_answered(struct supervisor *sup, struct job *job, uint32_t slide, const struct worker *vision,
                    const json_t *answer, const char *model, bool text_only);

/* It is not explained, and that is no failure: the code says why. */
void slide_skip(struct supervisor *sup, struct job *job, uint32_t slide, enum code code);

void slide_cached(struct supervisor *sup, struct job *job, uint32_t slide, const char *answer,
                  const char *engine, const char *model);

#endif

/* slide - what results, failures and deaths mean for one slide
 *
 * A slide is drawn, then explained, then done; or blank, or answered from the cache, or failed.  Its row is
 * written with every step, its answer in the same commit as its outcome.
 */
#ifndef SUPERVISOR_SLIDE_H
#define SUPERVISOR_SLIDE_H

#include <stdbool.h>

#include <jansson.h>

#include "supervisor/job/answer_cache.h"
#include "supervisor/job/batch.h"
#include "supervisor/job/job_list.h"
#include "supervisor/process/worker_pool.h"
#include "supervisor/schedule/schedule.h"

/* What the slides of all jobs are worked on with. */
struct slides {
    const struct service *service;
    struct ledger *ledger;
    struct blobs *blobs;
    struct lanes *lanes;
    struct worker_pool *pool;
    struct schedule *schedule;
    struct job_list *list;
    const struct answer_cache *cache;
    const struct batches *batches;
};

/* Queues for every slide of the job what it needs next; raises EVENT_SLIDES_DONE if that is nothing. */
void slides_work(const struct slides *slides, struct job *job);

/* RASTERED came, and its bytes are on the disk now. */
void slide_on_rastered(const struct slides *slides, struct job *job, const struct lease *lease,
                       struct blob_write *kept);
void slide_on_explained(const struct slides *slides, struct job *job, const struct lease *lease,
                        struct wire *result);
void slide_on_failed(const struct slides *slides, struct job *job, const struct lease *lease,
                     struct wire *result);

/* The worker died that held the lease. charged: the slide is to blame. late: it was killed for being late. */
void slide_on_death(const struct slides *slides, struct job *job, const struct lease *lease, bool charged,
                    bool late);

/* A batch has answered the slide. vision: whose answers these are, NULL: unknown. */
void slide_answered(const struct slides *slides, struct job *job, uint32_t slide, const struct worker *vision,
                    const json_t *answer, const char *model, bool text_only);

/* The slide is not explained, and that is no failure: the code says why. */
void slide_skip(const struct slides *slides, struct job *job, uint32_t slide, enum code code);

/* If the slide's answer is known already, it has it now: that costs nothing. key: answer_cache.h's. */
bool slide_find_answer(const struct slides *slides, struct job *job, uint32_t slide, const char *key);

#endif

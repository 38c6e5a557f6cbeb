/* overview - what sums a lecture up: one call without pictures after all slides
 *
 * It names the lecture, its outline and glossary, and flashcards that are too alike.  Nothing waits for it
 * but the documents, and nothing fails with it: without a model, a budget or a sensible answer there is none.
 */
#ifndef SUPERVISOR_OVERVIEW_H
#define SUPERVISOR_OVERVIEW_H

#include <stdbool.h>

#include "supervisor/job/answer_cache.h"
#include "supervisor/job/job.h"

/* All slides have their outcome: is there something to sum up that has not been? Then true is returned, and
 * the overview is queued or out already. */
bool overview_begin(const struct conf *conf, struct lanes *lanes, struct job *job);

/* A worker that outlived the last supervisor is at work on it. */
void overview_is_out(struct job *job);

/* What the model is told of the lecture, as JSON; malloced. */
char *overview_request(struct ledger *ledger, const struct job *job);

/* Looks for the overview of the same lecture, asked for in the same way. true: it was in the cache, and the
 * job has it now. */
bool overview_cached(const struct answer_cache *cache, struct job *job, const char *key);

/* OVERVIEWED came: the job has its overview. */
void overview_on_result(const struct answer_cache *cache, struct job *job, const struct lease *lease,
                        struct wire *result);

/* FAILED came: the job has no overview, for good. */
void overview_on_failed(struct job *job, const struct wire_failed *failed);

/* The job has no overview, for good, and goes on without. */
void overview_none(struct job *job);

#endif

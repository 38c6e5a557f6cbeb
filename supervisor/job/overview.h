/* overview - what sums a lecture up: one call without pictures, beside the slides where it can be
 *
 * It names the lecture, its outline and glossary, and flashcards that are too alike.  Nothing waits for it
 * but the documents, and nothing fails with it: without a model, a budget or a sensible answer there is none.
 *
 * It is asked for as soon as enough is known of the lecture (lecture_told.h), at the latest when all slides
 * are done; but a slide of the same lecture goes first where few calls run at once, or money is limited.
 */
#ifndef SUPERVISOR_OVERVIEW_H
#define SUPERVISOR_OVERVIEW_H

#include <stdbool.h>

#include "supervisor/job/jobs.h"

/* All slides have their outcome: is there something to sum up that has not been? Then true is returned, and
 * the overview is queued or out already. */
bool overview_begin(const struct conf *conf, struct lanes *lanes, struct job *job);

/* Something has changed with slides of the job: queues its overview if it can be asked for beside those that
 * are open. */
void overview_beside(struct jobs *jobs, struct job *job);

/* A worker that outlived the last supervisor is at work on it. */
void overview_is_out(struct job *job);

/* Its work came back undone, and is nowhere: it is queued again when the state of the job allows it. */
void overview_is_back(struct job *job);

/* Looks for the overview of the same lecture, asked for in the same way. true: it was in the cache, and the
 * job has it now. */
bool overview_cached(const struct answer_cache *cache, struct job *job, const char *key);

/* Is it to be asked for now? false: it waits for the one of an equal lecture. */
bool overview_lead(struct jobs *jobs, const struct draft *draft);

/* The lease of one that led has ended, and its job has been told: those that waited find the answer, or share
 * the verdict (failed; NULL: none was given) if it is one about the lecture; else they ask themselves. */
void overview_ended(struct jobs *jobs, const struct lease *lease, const struct wire_failed *failed);

/* OVERVIEWED came: the job has its overview. */
void overview_on_result(const struct answer_cache *cache, struct job *job, const struct lease *lease,
                        struct wire *result);

/* FAILED came: the job has no overview, for good; but if it failed for now, and slides are open, it is asked
 * for again when they are done. */
void overview_on_failed(struct ledger *ledger, struct job *job, const struct wire_failed *failed);

/* It is the turn of a worker that calls no model. Another one may have explained the slides that are done:
 * then there is no overview; if slides are open, that shows when they are done. */
void overview_without_model(struct ledger *ledger, struct job *job);

/* The job has no overview, for good, and goes on without. */
void overview_none(struct ledger *ledger, struct job *job);

#endif

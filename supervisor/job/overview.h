/* overview - what sums a lecture up: one call without pictures after all slides
 *
 * It names the lecture, its outline and glossary, and flashcards that are too alike.  Nothing waits for it
 * but the documents, and nothing fails with it: without a model, a budget or a sensible answer there is none.
 */
#ifndef SUPERVISOR_OVERVIEW_H
#define SUPERVISOR_OVERVIEW_H

#include <stdbool.h>

#include "supervisor/schedule/lane.h"
#include "supervisor/process/worker.h"

struct jobs;
struct job;

/* All slides have their outcome: is there something to sum up that has not been? Then it is on its way. */
bool overview_begin(struct jobs *jobs, struct job *job);

/* What the model is told of the lecture, as JSON; malloced. */
char *overview_request(struct jobs *jobs, const struct job *job);

/* JSON of the same lecture, asked in the same way, from the cache. true: it is there now, or there is none.
 */
bool overview_cached(struct jobs *jobs, struct job *job, const char *key);

void overview_on_result(struct jobs *jobs, struct job *job, const struct lease *lease, struct wire *result);

/* There is none, for good. */
void overview_none(struct job *job);

#endif

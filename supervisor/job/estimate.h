/* estimate - what a lecture would cost, before it does
 *
 * An estimate is a job that ends when its pages are drawn: pages are counted as they would be treated
 * (explained, known already, blank, steps), and tokens and money follow, with all second questions that the
 * job's share allows (second_questions.h).  No model is called.
 */
#ifndef SUPERVISOR_ESTIMATE_H
#define SUPERVISOR_ESTIMATE_H

#include "supervisor/job/answer_cache.h"

/* All pages are drawn: writes the figures into the job's row and raises EVENT_ESTIMATED. vision: the worker
 * whose answers may be known, NULL: none is there at present, and none is taken for known. */
void estimate_make(const struct answer_cache *cache, const struct worker *vision, struct job *job);

#endif

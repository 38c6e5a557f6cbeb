/* estimate - what a lecture would cost, before it does
 *
 * An estimate is a job that ends when its pages are drawn: pages are counted as they would be treated
 * (explained, known already, blank, steps), and tokens and money follow.  No model is called.
 */
#ifndef SUPERVISOR_ESTIMATE_H
#define SUPERVISOR_ESTIMATE_H

struct jobs;
struct job;

/* All pages are drawn: writes the figures into the row and ends the job. */
void estimate_end(struct jobs *jobs, struct job *job);

#endif

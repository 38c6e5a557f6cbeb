/* lecture_told - what the model is told of a lecture, so that it sums it up
 *
 * A slide with text of its own is told by it, whether it is explained already or not; one without by its
 * answer.  Where few slides have no text nobody waits for their answers: they are told as pictures.  An
 * economy job, which waits for hours anyway, is told by its answers alone.
 *
 * Promise: once it is ready, the telling of a lecture stays the same to the byte, however its slides end.
 * Otherwise a restart would pay for another one.
 */
#ifndef SUPERVISOR_LECTURE_TOLD_H
#define SUPERVISOR_LECTURE_TOLD_H

#include <stdbool.h>

#include "supervisor/job/job.h"

/* Fewer slides need no overview. */
enum { LECTURE_MIN_SLIDES = 5 };

/* Are there enough slides to tell of, each of them drawn, and those answered without which too little could
 * be said? */
bool lecture_told_ready(struct blobs *blobs, struct job *job);

/* {"slides":[...]}, of each {"slide"} with "text", or with "title", "summary" and "cards", or alone;
 * malloced. */
char *lecture_told(struct ledger *ledger, struct blobs *blobs, struct job *job);

#endif

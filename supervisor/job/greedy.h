/* greedy - work that takes so much CPU time that others would have to wait for it
 *
 * The documents of a long lecture are (job_work), and a page that is read by OCR.
 *
 * A document is inspected, and a page drawn, in a short first try.  What is not done by then is greedy: it is
 * tried again with all the time there is, by some of the workers only (schedule/dispatch.h).  That counts
 * neither as an attempt nor as a failure.  A document that was greedy itself, or several times in a row, has
 * no first tries any more.
 */
#ifndef SUPERVISOR_GREEDY_H
#define SUPERVISOR_GREEDY_H

#include <stdbool.h>
#include <stdint.h>

#include "supervisor/job/job.h"
#include "supervisor/process/worker.h"

/* The CPU time that the work may take now (field first_ms). */
uint32_t greedy_first_ms(const struct work *work);

/* Its document is known: the work waits among the greedy, and is not to go out now. */
bool greedy_defers(struct lanes *lanes, const struct job *job, const struct work *work);

/* Was that the end of a first try? Then the work waits among the greedy. */
bool greedy_takes(struct lanes *lanes, struct job *job, const struct work *work,
                  const struct wire_failed *failed);

/* Will the slide be read by OCR, where there is no model? */
bool greedy_by_ocr(const struct worker *vision, const struct slide_row *slide);

/* The work was done. */
void greedy_done(struct job *job, const struct work *work);

#endif

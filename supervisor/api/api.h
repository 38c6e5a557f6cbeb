/* api - what front asks for: jobs accepted, questions answered
 *
 * An answer that says yes leaves when the turn's commit is durable, never before; and the job of an upload is
 * made when the upload itself is.  What tells no more than how the service is (health, figures, front's
 * probe) leaves at once.
 */
#ifndef SUPERVISOR_API_H
#define SUPERVISOR_API_H

#include "supervisor/process/worker.h"

struct supervisor;

/* SUBMIT, ASK and NAMED; the caller clears the message, which is empty afterwards if it was taken over. */
void api_submit(struct supervisor *sup, struct worker *front, struct wire *submit);
void api_ask(struct supervisor *sup, struct worker *front, const struct wire_ask *ask);
void api_named(struct supervisor *sup, const struct wire_named *named);

/* The figures of an estimate are there, or it failed: whoever waits is told. */
struct job;
void api_estimated(struct supervisor *sup, struct job *job);

/* Who has waited long enough is told where to look. Returns when it is to be called again (monotonic); -1: no
 * need. */
int64_t api_turn(struct supervisor *sup);
void api_free(struct supervisor *sup);

#endif

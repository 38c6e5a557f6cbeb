/* desk - what front asks for: jobs accepted, questions answered
 *
 * An answer that says yes is sent with the turn's commit, never before.
 */
#ifndef SUPERVISOR_DESK_H
#define SUPERVISOR_DESK_H

#include "supervisor/worker.h"

struct supervisor;

/* SUBMIT and ASK; the caller clears the message. */
void desk_submit(struct supervisor *sup, struct worker *front, struct wire *submit);
void desk_ask(struct supervisor *sup, struct worker *front, const struct wire_ask *ask);

#endif

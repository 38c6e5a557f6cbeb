/* permit - every model call is allowed here before it is made
 *
 * A lease is the permit for its first call; a worker asks for each further one (CALL) and tells how each ended
 * (CALLED).
 */
#ifndef SUPERVISOR_PERMIT_H
#define SUPERVISOR_PERMIT_H

#include "supervisor/worker.h"

struct supervisor;

void permit_asked(struct worker *worker, const struct wire_call *call);
void permit_called(struct worker *worker, const struct wire_called *called);

/* What endpoints take, for later workers. */
void permit_learned(struct supervisor *sup, const struct wire_learned *learned);

#endif

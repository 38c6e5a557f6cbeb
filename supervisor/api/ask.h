/* ask - what front asks: of a job, of all, of the service
 *
 * What tells no more than how the service is (health, figures, front's probe) leaves at the end of the turn,
 * all else when the turn's commit is durable.
 */
#ifndef SUPERVISOR_ASK_H
#define SUPERVISOR_ASK_H

#include "supervisor/api/api.h"

/* ASK and NAMED; the caller clears the message. */
void api_ask(struct api *api, struct worker *front, const struct wire_ask *ask);
void api_named(struct api *api, const struct wire_named *named);

#endif

/* asker - who waits for an estimate: answered when it is there, or told where to look if that takes too long
 */
#ifndef SUPERVISOR_ASKER_H
#define SUPERVISOR_ASKER_H

#include "supervisor/base/service.h"
#include "supervisor/ledger/ledger.h"
#include "supervisor/process/worker_pool.h"

/* How long front waits with the request (ms). */
enum { ASKER_MAX_MS = 8000 };

struct askers;

/* All three are borrowed. */
struct askers *askers_new(const struct service *service, struct ledger *ledger,
                          const struct worker_pool *pool);
void askers_free(struct askers **askers);

/* This request of front waits for the estimate of that job. */
void asker_add(struct askers *askers, const struct worker *front, uint64_t request,
               const struct job_row *row);

/* The estimate of a job is there, or it failed: answers who waits for it. arg: struct askers; for struct
 * job_listener. */
void asker_estimated(void *arg, const struct job_row *row);

/* Tells those who have waited long enough where to look. Returns when it is to be called again (monotonic),
 * TIMER_NONE: no need. */
int64_t asker_turn(struct askers *askers);

#endif

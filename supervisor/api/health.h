/* health - does the service lack anything, and can it be given work? */
#ifndef SUPERVISOR_HEALTH_H
#define SUPERVISOR_HEALTH_H

#include <stdbool.h>

#include "supervisor/api/vitals.h"

/* GET /health; malloced, the caller's. whole: with what tells of the work that is under way. *healthy:
 * nothing is missing. */
char *health_json(const struct vitals *vitals, bool whole, bool *healthy);

/* Why it cannot be given work: a sentence that lives until the next call; NULL: it can, as far as its stages
 * go. */
const char *health_unready(const struct worker_pool *pool);

#endif

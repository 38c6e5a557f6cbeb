/* wear - has a worker worked long enough? Whoever leaks a little, leaks it away with its process */
#ifndef SUPERVISOR_WEAR_H
#define SUPERVISOR_WEAR_H

#include <stdint.h>

#include "conf/conf.h"
#include "supervisor/worker.h"

/* What speaks for relieving it: "leases", "age" or "memory" (parameters recycle.*); NULL: nothing. Static. */
const char *wear_of(const struct worker *worker, const struct conf *conf, int64_t now_ms);

#endif

/* worker_recycle - has a worker worked long enough? Whoever leaks a little, leaks it away with its process */
#ifndef SUPERVISOR_WORKER_RECYCLE_H
#define SUPERVISOR_WORKER_RECYCLE_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/conf.h"
#include "supervisor/process/worker.h"

/* Has the file become another one, or been written, within the last age_s seconds before now_s (Unix)? */
bool recycle_files_changed(const char *file, int64_t age_s, int64_t now_s);

/* Marks a worker to be relieved, and logs why, if something speaks for it: "leases", "age" or "memory"
 * (parameters recycle.*), or "resolver": a file that says who knows names has changed, and the worker is
 * confined to the one that was there at its birth (stages/lib/stage_sandbox.h). */
void recycle_if_worn(struct worker *worker, const struct conf *conf, int64_t now_ms);

#endif

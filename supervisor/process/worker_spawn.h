/* worker_spawn - starts the process of a worker: its command line, its environment, what it inherits */
#ifndef SUPERVISOR_WORKER_SPAWN_H
#define SUPERVISOR_WORKER_SPAWN_H

#include "conf/conf.h"
#include "supervisor/process/worker.h"

/* listener: front's socket; -1: there is no front, the folder goes with us, and so does every worker. Else a
 * vision worker outlives us (worker_adopt.h). 0, or -1 with errno: nothing was started. */
int launch(struct worker *worker, char *path, const struct conf *conf, int listener);

#endif

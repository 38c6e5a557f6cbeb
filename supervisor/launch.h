/* launch - starts the process of a worker: its command line, its environment, what it inherits */
#ifndef SUPERVISOR_LAUNCH_H
#define SUPERVISOR_LAUNCH_H

#include "conf/conf.h"
#include "supervisor/worker.h"

/* listener: front's socket; -1: there is no front, the folder goes with us, and so does every worker. Else a
 * vision worker outlives us (adopt.h). 0, or -1 with errno: nothing was started. */
int launch(struct worker *worker, char *path, const struct conf *conf, int listener);

#endif

/* reload - new parameters while running: read whole, checked, then followed, or refused with a reason */
#ifndef SUPERVISOR_RELOAD_H
#define SUPERVISOR_RELOAD_H

#include "supervisor/base/service.h"
#include "supervisor/process/worker_pool.h"

struct reload {
    struct service *service; /* whose parameters they are */
    struct worker_pool *pool;
    const char *file;            /* NULL: none */
    char *state_dir, *store_dir; /* as the configuration said before state_folder_enter() resolved it */
};

/* Loads the file and the environment again. A fault, or a change of a parameter that needs a restart, changes
 * nothing and says why in the log. */
void reload_now(struct reload *reload);

/* Logs a warning for each old parameter name that was used. */
void reload_note_renamed(const struct conf *conf);

#endif

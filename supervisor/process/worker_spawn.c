/* worker_spawn - see worker_spawn.h */
#include "supervisor/process/worker_spawn.h"

#include <stdio.h>
#include <unistd.h>

#include "supervisor/process/worker_lock.h"

/* given: its descriptor 3. */
static int start(struct worker *worker, char *path, const struct conf *conf, int given, bool outlives)
{
    char slot[16], generation[24], tasks[96], results[96], pid[16];
    char *argv[] = {path,       (char *)"--slot",
                    slot,       (char *)"--generation",
                    generation, (char *)"--tasks",
                    tasks,      (char *)"--results",
                    results,    outlives ? (char *)"--supervisor" : NULL,
                    pid,        NULL};
    char **env = conf_env_for(conf, worker->kind);
    int rc;

    snprintf(slot, sizeof slot, "%u", worker->slot);
    snprintf(generation, sizeof generation, "%llu", (unsigned long long)worker->generation);
    snprintf(tasks, sizeof tasks, "ipc://run/%s.tasks", worker->name);
    snprintf(results, sizeof results, "ipc://run/%s.results", worker->name);
    snprintf(pid, sizeof pid, "%ld", (long)getpid());
    rc = process_start(&worker->child, argv[0], argv, env, given, outlives);
    conf_env_free(&env);
    return rc;
}

/* It holds its life file locked. */
static int start_outliving(struct worker *worker, char *path, const struct conf *conf)
{
    int life = worker_lock_begin(worker->name), rc;

    if (life == -1)
        return -1;
    rc = start(worker, path, conf, life, true);
    if (rc == 0)
        worker_lock_is(life, worker->child.pid);
    close(life);
    return rc;
}

int launch(struct worker *worker, char *path, const struct conf *conf, int listener)
{
    if (worker->kind == STAGE_VISION && listener != -1)
        return start_outliving(worker, path, conf);
    return start(worker, path, conf, worker->kind == STAGE_FRONT ? listener : -1, false);
}

/* worker_spawn - see worker_spawn.h */
#include "supervisor/process/worker_spawn.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "proto/log.h"
#include "supervisor/process/call_room.h"
#include "supervisor/process/worker_lock.h"

/* Its environment: the parameters that it reads, with a number for what is to be found out. */
static char **environment_of(const struct conf *conf, enum stage_kind kind)
{
    struct conf found = *conf;

    if (kind == STAGE_VISION)
        found.vision_in_flight = call_room_calls(conf);
    return conf_env_for(&found, kind);
}

/* given: its descriptor 3. */
static int start(struct worker *worker, char *path, const struct conf *conf, int given, bool outlives)
{
    struct process process;
    char slot[16], generation[24], tasks[96], results[96], pid[16];
    char *argv[] = {path,       (char *)"--slot",
                    slot,       (char *)"--generation",
                    generation, (char *)"--tasks",
                    tasks,      (char *)"--results",
                    results,    outlives ? (char *)"--supervisor" : NULL,
                    pid,        NULL};
    char **env = environment_of(conf, worker_kind(worker));
    int rc;

    snprintf(slot, sizeof slot, "%u", worker_slot(worker));
    snprintf(generation, sizeof generation, "%llu", (unsigned long long)worker_generation(worker));
    snprintf(tasks, sizeof tasks, "ipc://run/%s.tasks", worker_file(worker));
    snprintf(results, sizeof results, "ipc://run/%s.results", worker_file(worker));
    snprintf(pid, sizeof pid, "%ld", (long)getpid());
    rc = process_start(&process, argv[0], argv, env, given, outlives);
    if (rc == 0)
        worker_start(worker, process);
    conf_env_free(&env);
    return rc;
}

/* It holds its life file locked. */
static int start_outliving(struct worker *worker, char *path, const struct conf *conf)
{
    int life = worker_lock_begin(worker_file(worker)), rc;

    if (life == -1)
        return -1;
    rc = start(worker, path, conf, life, true);
    if (rc == 0)
        worker_lock_is(life, worker_process(worker)->pid);
    close(life);
    return rc;
}

static int start_process(struct worker *worker, const struct spawn *spawn, const struct conf *conf)
{
    if (spawn->kind == STAGE_VISION && spawn->listener != -1)
        return start_outliving(worker, spawn->path, conf);
    if (spawn->kind == STAGE_FRONT)
        return start(worker, spawn->path, conf, spawn->listener, true);
    return start(worker, spawn->path, conf, -1, false);
}

struct worker *worker_spawn(const struct spawn *spawn, const struct conf *conf, int64_t now_ms)
{
    struct worker *worker;
    char name[WORKER_LOCK_NAME];
    int number;

    snprintf(name, sizeof name, "%s-%u-%llu", stage_name(spawn->kind), spawn->slot,
             (unsigned long long)spawn->generation);
    worker = worker_new(spawn->context, spawn->kind, spawn->slot, spawn->generation, name, now_ms);
    if (worker == NULL)
        return NULL;
    if (start_process(worker, spawn, conf) == 0) {
        log_info(worker_started, log_worker(worker), log_int("pid", worker_process(worker)->pid));
        return worker;
    }
    number = errno;
    worker_free(&worker);
    errno = number;
    return NULL;
}

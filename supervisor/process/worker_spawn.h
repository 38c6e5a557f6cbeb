/* worker_spawn - starts a worker: its sockets, the command line and environment of its program, what it
 * inherits */
#ifndef SUPERVISOR_WORKER_SPAWN_H
#define SUPERVISOR_WORKER_SPAWN_H

#include "conf/conf.h"
#include "supervisor/process/worker.h"

struct spawn {
    void *context; /* ZeroMQ's */
    enum stage_kind kind;
    unsigned slot;
    uint64_t generation;
    char *path;   /* of its program */
    int listener; /* front's socket; -1: there is no front (slidemill run), every worker goes with us */
};

/* A worker with a process of its own. Two outlive us: a front, until its clients have their answers, and,
 * where there is a front, a vision worker (worker_adopt.h). NULL with errno: the system gives none, nothing
 * was started. */
struct worker *worker_spawn(const struct spawn *spawn, const struct conf *conf, int64_t now_ms);

#endif

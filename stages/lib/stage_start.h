/* stage_start - how a stage program comes to life: its command line, what it gives up, its sockets
 *
 * For stage.c alone, which runs the stage from there on.
 */
#ifndef STAGES_LIB_STAGE_START_H
#define STAGES_LIB_STAGE_START_H

#include <stdint.h>
#include <sys/types.h>

/* What the command line says; texts are borrowed from it. */
struct stage_start {
    unsigned slot;
    uint64_t generation;
    const char *task_endpoint, *result_endpoint;
    pid_t supervisor; /* that it is to outlive; 0: it goes with its parent */
};

/* Reads the command line (stage.h). 0; -1: something is missing or unknown. */
int stage_start_parse(struct stage_start *start, int argc, char **argv);

/* Gives up core dumps, ignores signals that are the supervisor's business, and ties the process to its
 * parent, unless it is to outlive it. 0; -1: it cannot (errno), or the parent has gone already. */
int stage_start_settle(const struct stage_start *start);

/* A connected ZeroMQ socket; a failure is logged and ends the process. immediate: 1, it takes messages only
 * once it is connected; 0, it keeps them until then. */
void *stage_start_socket(void *context, int type, const char *endpoint, int immediate);

/* Waits until somebody answers at the other end of the socket; for a process that can make no socket any
 * more. After 30 s without, or when the supervisor ends (pidfd; -1: we go with it), it logs that and ends the
 * process. */
void stage_start_await(void *socket, const char *endpoint, int supervisor);

#endif

/* stage_inside - what the parts of the skeleton share: stage_start.c brings a stage up, stage.c runs it
 *
 * For these two files alone.
 */
#ifndef STAGES_LIB_STAGE_INSIDE_H
#define STAGES_LIB_STAGE_INSIDE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "stages/lib/stage.h"
#include "stages/lib/unacknowledged.h"

struct stage {
    const struct stage_ops *ops;
    void *state;
    struct stage_hello hello;
    unsigned slot;
    uint64_t generation;
    const char *task_endpoint, *result_endpoint;
    void *context, *tasks, *results;
    void *bulk;    /* NULL: there is none */
    bool heard;    /* something has come down, so our HELLO has arrived */
    unsigned held; /* leases taken and not yet answered */
    bool retiring;
    int64_t beat_at;

    /* A stage that outlives its supervisor (--supervisor PID). */
    pid_t supervisor;
    int supervisor_fd;           /* pidfd; -1: it is gone, or we go with it */
    struct unacknowledged *kept; /* NULL: we go with it */
    int64_t orphan_until;        /* 0: there is a supervisor */
};

/* Reads the command line. 0; -1: something is missing or unknown. */
int stage_parse(struct stage *stage, int argc, char **argv);

/* Gives up core dumps, ignores signals that are the supervisor's business, and ties the process to its parent
 * or to the supervisor it is to outlive. 0; -1: it cannot, or the parent has gone already. */
int stage_settle_in(struct stage *stage);

/* Watches for the end of that supervisor from now on. */
void stage_follow(struct stage *stage, pid_t supervisor);

/* Until when a stage without supervisor waits for the next one, if that begins now. */
int64_t stage_orphan_until(void);

/* A connected socket; a failure ends the process. immediate: it takes messages only once it is connected. */
void *stage_socket_open(struct stage *stage, int type, const char *endpoint, int immediate);

/* Waits until somebody answers; for a process that can make no socket any more. Ends it if nobody does. */
void stage_await_connection(const struct stage *stage, void *socket);

#endif

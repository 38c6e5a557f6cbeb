/* worker_channel - the private pair of sockets between the supervisor and one worker, and whether it is
 * connected
 *
 * The supervisor binds run/NAME.tasks (PUSH) and run/NAME.results (PULL); a name is never used again, so the
 * channel is the worker's identity.  A monitor (zmq_socket_monitor(3)) tells of the worker's end of results.
 */
#ifndef SUPERVISOR_WORKER_CHANNEL_H
#define SUPERVISOR_WORKER_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>

struct worker_channel {
    void *tasks, *results, *monitor; /* sockets; NULL: not open */
    int results_fd, monitor_fd;      /* readable: something has happened to them (ZMQ_FD) */
    bool connected;                  /* as the monitor told it last */
};

/* Binds both sockets and starts the monitor. 0, or -1 with errno (no descriptors left, a name that cannot be
 * bound; the latter is logged): nothing stays open. */
int worker_channel_open(struct worker_channel *channel, void *context, const char *name, uint64_t generation);

/* Closes what is open, and removes the sockets' files. */
void worker_channel_close(struct worker_channel *channel);

/* Reads what the monitor has told, and returns whether the worker's end of results is connected. */
bool worker_channel_is_connected(struct worker_channel *channel);

#endif

/* worker_channel - see worker_channel.h */
#include "supervisor/process/worker_channel.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <zmq.h>

#include "proto/log.h"
#include "proto/panic.h"

enum { MAX_FRAME = 1 << 30 };

/* NULL with errno: the system has no more descriptors, or the name cannot be bound. */
static void *socket_bind(void *context, int type, const char *name, const char *what)
{
    void *socket = zmq_socket(context, type);
    int zero = 0, number;
    int64_t max = MAX_FRAME;
    char endpoint[128];

    if (socket == NULL)
        return NULL;
    zmq_setsockopt(socket, ZMQ_SNDHWM, &zero, sizeof zero); /* credit is the only bound */
    zmq_setsockopt(socket, ZMQ_RCVHWM, &zero, sizeof zero);
    zmq_setsockopt(socket, ZMQ_LINGER, &zero, sizeof zero);
    zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &max, sizeof max);
    snprintf(endpoint, sizeof endpoint, "ipc://run/%s.%s", name, what);
    if (zmq_bind(socket, endpoint) == 0)
        return socket;
    number = errno;
    log_error(bind_failed, log_str("endpoint", endpoint), log_str("reason", zmq_strerror(number)));
    zmq_close(socket);
    errno = number;
    return NULL;
}

/* libzmq leaves the file of an ipc socket behind. */
static void socket_close(void *socket)
{
    char endpoint[128];
    size_t size = sizeof endpoint;

    if (socket == NULL)
        return;
    if (zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, endpoint, &size) == 0)
        unlink(endpoint + strlen("ipc://"));
    zmq_close(socket);
}

/* NULL with errno. */
static void *monitor_open(void *context, void *socket, uint64_t generation)
{
    void *monitor = zmq_socket(context, ZMQ_PAIR);
    char endpoint[64];
    int zero = 0, number;

    if (monitor == NULL)
        return NULL;
    snprintf(endpoint, sizeof endpoint, "inproc://monitor-%llu", (unsigned long long)generation);
    if (zmq_socket_monitor(socket, endpoint, ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED) == 0 &&
        zmq_setsockopt(monitor, ZMQ_LINGER, &zero, sizeof zero) == 0 && zmq_connect(monitor, endpoint) == 0)
        return monitor;
    number = errno;
    zmq_close(monitor);
    errno = number;
    return NULL;
}

static int fd_of(void *socket)
{
    int fd = -1;
    size_t size = sizeof fd;

    must(zmq_getsockopt(socket, ZMQ_FD, &fd, &size) == 0);
    return fd;
}

int worker_channel_open(struct worker_channel *channel, void *context, const char *name, uint64_t generation)
{
    int number;

    *channel = (struct worker_channel){.tasks = socket_bind(context, ZMQ_PUSH, name, "tasks")};
    if (channel->tasks != NULL)
        channel->results = socket_bind(context, ZMQ_PULL, name, "results");
    if (channel->results != NULL)
        channel->monitor = monitor_open(context, channel->results, generation);
    if (channel->monitor != NULL) {
        channel->results_fd = fd_of(channel->results);
        channel->monitor_fd = fd_of(channel->monitor);
        return 0;
    }
    number = errno;
    worker_channel_close(channel);
    errno = number;
    return -1;
}

void worker_channel_close(struct worker_channel *channel)
{
    if (channel->results != NULL) /* first: an event without a listener blocks libzmq's I/O thread for good */
        zmq_socket_monitor(channel->results, NULL, 0);
    if (channel->monitor != NULL)
        zmq_close(channel->monitor);
    socket_close(channel->results);
    socket_close(channel->tasks);
    *channel = (struct worker_channel){.tasks = NULL};
}

bool worker_channel_is_connected(struct worker_channel *channel)
{
    uint8_t event[6];

    while (zmq_recv(channel->monitor, event, sizeof event, ZMQ_DONTWAIT) == (int)sizeof event) {
        uint16_t number;
        char address[128];

        memcpy(&number, event, sizeof number); /* zmq_socket_monitor(3): 16 bits of event in host order */
        zmq_recv(channel->monitor, address, sizeof address, 0);
        channel->connected = number == ZMQ_EVENT_ACCEPTED;
    }
    return channel->connected;
}

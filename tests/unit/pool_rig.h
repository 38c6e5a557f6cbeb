/* pool_rig - a pool with workers that have no process: sockets, HELLO said, credit given; and their ends
 *
 * Its folder is the current one (scratch.h), in which it makes run/.
 */
#ifndef TESTS_UNIT_POOL_RIG_H
#define TESTS_UNIT_POOL_RIG_H

#include <stdio.h>
#include <sys/stat.h>

#include "supervisor/process/worker_pool.h"

enum { RIG_PATIENCE_MS = 10000 };

static inline struct worker_pool *rig_pool(const struct conf *conf)
{
    mkdir("run", 0700);
    return worker_pool_new(conf, 1, -1, 0);
}

static inline void rig_name(char name[64], uint64_t generation)
{
    snprintf(name, 64, "rig-%llu", (unsigned long long)generation);
}

static inline struct worker *rig_worker_new(struct worker_pool *pool, enum stage_kind kind)
{
    static uint64_t generation;
    struct worker *worker;
    char name[64];

    rig_name(name, ++generation);
    worker = worker_new(worker_pool_context(pool), kind, 0, generation, name, 0);
    worker_pool_add(pool, worker);
    return worker;
}

static inline void rig_hello(struct worker *worker, unsigned credit, const char *engine,
                             const char *fingerprint)
{
    worker_hello(worker, &(struct wire_hello){.credit = credit,
                                              .lacks = "",
                                              .engine = engine,
                                              .model = "gpt-4o",
                                              .fingerprint = fingerprint,
                                              .prompt = "prompt"});
}

/* One more worker of that kind, which has said HELLO and takes so many leases. */
static inline struct worker *rig_worker_with(struct worker_pool *pool, enum stage_kind kind, unsigned credit,
                                             const char *fingerprint)
{
    struct worker *worker = rig_worker_new(pool, kind);

    rig_hello(worker, credit, "openai", fingerprint);
    return worker;
}

static inline struct worker *rig_worker(struct worker_pool *pool, enum stage_kind kind, unsigned credit)
{
    return rig_worker_with(pool, kind, credit, "print");
}

/* One of that engine: openai, or one that asks no model. */
static inline struct worker *rig_engine(struct worker_pool *pool, const char *engine)
{
    struct worker *worker = rig_worker_new(pool, STAGE_VISION);

    rig_hello(worker, 1, engine, "print");
    return worker;
}

/* One that our predecessor started, and that tells what it holds. */
static inline struct worker *rig_adopted(struct worker_pool *pool, enum stage_kind kind, unsigned credit)
{
    struct worker *worker = rig_worker_new(pool, kind);

    worker_adopt(worker, (struct process){.pidfd = -1});
    rig_hello(worker, credit, "openai", "print");
    return worker;
}

/* Is no message queued for it (any more)? */
static inline bool rig_is_silent(const struct worker *worker)
{
    return worker_unsent(worker, 0) == NULL;
}

/* Its end of the socket of messages for it; the caller closes it (zmq_close) before the pool goes. */
static inline void *rig_listen(struct worker_pool *pool, const struct worker *worker)
{
    void *socket = zmq_socket(worker_pool_context(pool), ZMQ_PULL);
    char name[64], endpoint[128];
    int zero = 0;

    rig_name(name, worker_generation(worker));
    snprintf(endpoint, sizeof endpoint, "ipc://run/%s.tasks", name);
    zmq_setsockopt(socket, ZMQ_LINGER, &zero, sizeof zero);
    zmq_connect(socket, endpoint);
    return socket;
}

/* The next message for it, heard at that end; WIRE_NONE: none came. The caller clears it. */
static inline struct wire rig_hear_at(void *socket, struct worker *worker)
{
    struct wire message = {.type = WIRE_NONE};
    const char *why = NULL;

    worker_committed(worker, 0);
    for (int waited = 0; message.type == WIRE_NONE && waited < RIG_PATIENCE_MS; waited += 10) {
        zmq_pollitem_t item = {.socket = socket, .events = ZMQ_POLLIN};

        worker_flush(worker, 0);
        zmq_poll(&item, 1, 10);
        wire_receive(socket, &message, WIRE_DOWN, &why);
    }
    return message;
}

/* The same, where only one message is awaited. */
static inline struct wire rig_hear(struct worker_pool *pool, struct worker *worker)
{
    void *socket = rig_listen(pool, worker);
    struct wire message = rig_hear_at(socket, worker);

    zmq_close(socket);
    return message;
}

#endif

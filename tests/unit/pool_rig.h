/* pool_rig - a pool with workers that have no process: sockets, HELLO said, credit given
 *
 * Its folder is the current one (scratch.h), in which it makes run/.
 */
#ifndef TESTS_UNIT_POOL_RIG_H
#define TESTS_UNIT_POOL_RIG_H

#include <stdio.h>
#include <sys/stat.h>

#include "supervisor/process/worker_pool.h"

static inline struct worker_pool *rig_pool(const struct conf *conf)
{
    mkdir("run", 0700);
    return worker_pool_new(conf, 1, -1, 0);
}

/* One more worker of that kind, which has said HELLO and takes so many leases. */
static inline struct worker *rig_worker(struct worker_pool *pool, enum stage_kind kind, unsigned credit)
{
    static uint64_t generation;
    const struct wire_hello hello = {.credit = credit,
                                     .lacks = "",
                                     .engine = "openai",
                                     .model = "gpt-4o",
                                     .fingerprint = "print",
                                     .prompt = "prompt"};
    struct worker *worker;
    char name[64];

    snprintf(name, sizeof name, "rig-%llu", (unsigned long long)++generation);
    worker = worker_new(worker_pool_context(pool), kind, 0, generation, name, 0);
    worker_hello(worker, &hello);
    worker_pool_add(pool, worker);
    return worker;
}

#endif

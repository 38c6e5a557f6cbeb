/* worker_pool - wanted against actual workers: who is started, retired, given up; whether, not how
 *
 * For each kind it keeps as many workers as the parameters say, and relieves those that have worked for long
 * enough or whose parameters have changed (pool_policy.h).  One that dies unproven makes its kind pause
 * (throttle.h); one that exits with EXIT_CONFIG is not started again until the next reload.  A worker that is
 * late or silent is killed (liveness.h).
 */
#ifndef SUPERVISOR_WORKER_POOL_H
#define SUPERVISOR_WORKER_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include <zmq.h>

#include "conf/conf.h"
#include "supervisor/process/worker.h"

struct worker_pool;

/* epoch heads the generations. listener: front's socket; -1: none, sockets for a local client are bound
 * instead (run/local.*). */
struct worker_pool *worker_pool_new(const struct conf *conf, uint64_t epoch, int listener, int64_t now_ms);

/* Where the programs of the stages lie; ends the process if one is missing. Before the first turn. */
void worker_pool_find_programs(struct worker_pool *pool);

/* Kills all that is left and frees. */
void worker_pool_free(struct worker_pool **pool);

/* New parameters: counts are followed; the workers of kinds in readers (bits as conf_each_change has them)
 * are relieved one by one; kinds parked for their configuration are tried again. */
void worker_pool_reload(struct worker_pool *pool, const struct conf *conf, unsigned readers);

/* Tells all workers to finish and go; none is started any more. */
void worker_pool_retire_all(struct worker_pool *pool);
bool worker_pool_empty(const struct worker_pool *pool);

/* Starts what is missing and may start, kills what is late. Returns when it wants to be called again
 * (monotonic), -1: only when something happens. */
int64_t worker_pool_turn(struct worker_pool *pool, int64_t now_ms);

/* Takes a dead worker off: reaps, throttles, frees. Its leases must have been taken. */
void worker_pool_bury(struct worker_pool *pool, struct worker *worker, int64_t now_ms);

/* Puts a worker in, as the pool does with those it starts and adopts; it frees it. Its sockets must be of
 * this context. */
void worker_pool_add(struct worker_pool *pool, struct worker *worker);
void *worker_pool_context(const struct worker_pool *pool);

/* Takes over a worker that outlived our predecessor; it is told to say what it holds, to finish that and to
 * go. NULL: it is gone. */
struct worker *worker_pool_adopt(struct worker_pool *pool, enum stage_kind kind, unsigned slot,
                                 uint64_t generation, const char *name, pid_t pid, int64_t now_ms);

/* A lease was settled: the kind is proven. */
void worker_pool_proven(struct worker_pool *pool, struct worker *worker);

/* Deaths since the start: one more; and how many of a kind there were, by why. */
void worker_pool_count_death(struct worker_pool *pool, enum stage_kind kind, enum death death);
uint64_t worker_pool_deaths(const struct worker_pool *pool, enum stage_kind kind, enum death death);

/* The first of all its workers, which worker_next follows; and the next of a kind after that one (NULL: the
 * first). NULL: none. */
struct worker *worker_pool_first(const struct worker_pool *pool);
struct worker *worker_pool_next(const struct worker_pool *pool, enum stage_kind kind,
                                const struct worker *after);

/* A ready worker of the kind; NULL: none. */
struct worker *worker_pool_ready(const struct worker_pool *pool, enum stage_kind kind);

/* What it said in its HELLO; if there is none, all texts are "". */
const struct wire_hello *worker_pool_said(const struct worker_pool *pool, enum stage_kind kind);

/* How many leases all of a kind can hold at once. */
unsigned worker_pool_credit(const struct worker_pool *pool, enum stage_kind kind);

/* Who holds the lease of that number; NULL: nobody. */
struct worker *worker_pool_holder(const struct worker_pool *pool, uint64_t id, const struct lease **lease);

/* How many of a kind are ready, how many are wanted, and whether its configuration was refused. */
unsigned worker_pool_ready_count(const struct worker_pool *pool, enum stage_kind kind);
unsigned worker_pool_wanted(const struct worker_pool *pool, enum stage_kind kind);
bool worker_pool_parked(const struct worker_pool *pool, enum stage_kind kind);

#endif

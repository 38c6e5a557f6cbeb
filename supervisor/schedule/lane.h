/* lane - work that is ready, one queue for each kind of lease, fair between tenants and between jobs
 *
 * A lane keeps one lot of work for each job and hands out from the lots in turn, first of tenants, then of
 * their jobs; lots of short jobs first, but never more than four pieces in a row while others wait.  Greedy
 * work has lots and turns of its own.  It never
 * starts a process (worker_pool.c), never touches the disk (ledger.c) and does not know what the work means
 * (lane_result.c).
 *
 * Promise: each piece of work is in exactly one place: a lane, a worker's hands (lease), waiting for its twin
 * (in_flight.c), or done.
 */
#ifndef SUPERVISOR_LANE_H
#define SUPERVISOR_LANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "supervisor/base/lease.h"

struct lanes;

struct lanes *lanes_new(void);
void lanes_free(struct lanes **lanes);

/* Adds work that may go out from due_ms on (monotonic; 0: at once). */
void lanes_add(struct lanes *lanes, struct work work, int64_t due_ms);

/* Takes the next work of a lane, from what is greedy or from the rest. prefer: take a piece of this job if
 * there is one (0: none preferred). Suspects of both go first. false: nothing is ready.
 *
 * last: what the worker was given last, if it does neighbouring pieces of a job at less cost: it is given the
 * piece behind that; else the first of a run of eight that nobody has begun; else the last piece, so that
 * what is left of a run goes to whoever is free. NULL: the pieces of a job come in their order. */
bool lanes_take(struct lanes *lanes, enum lane_id lane, bool greedy, int64_t prefer, const struct work *last,
                struct work *work);

/* Moves what has become due into its lane. Returns when the next will be (monotonic); TIMER_NONE: nothing
 * waits. */
int64_t lanes_turn(struct lanes *lanes, int64_t now_ms);

/* Takes all work of a job out. */
void lanes_drop(struct lanes *lanes, int64_t job);

/* Is there suspect work of that kind, ready to go out? */
bool lanes_suspect(const struct lanes *lanes, enum stage_kind kind);

/* Is there work of that job in the lane, ready or waiting for its time? */
bool lanes_hold(const struct lanes *lanes, enum lane_id lane, int64_t job);

/* How many pieces are ready; and of these, how many that are greedy and not suspect. */
size_t lanes_due(const struct lanes *lanes, enum lane_id lane);
size_t lanes_due_greedy(const struct lanes *lanes, enum lane_id lane);

/* How many pieces are ready or wait for their time. */
size_t lanes_depth(const struct lanes *lanes, enum lane_id lane);

#endif

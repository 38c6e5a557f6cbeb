/* roster - wanted against actual workers: who is started, retired, given up; whether, not how
 *
 * For each kind it keeps as many workers as the parameters say, and relieves those that have worked for long
 * enough or whose parameters have changed (staffing.h).  One that dies unproven makes its kind pause
 * (throttle.h); one that exits with EXIT_CONFIG is not started again until the next reload.  A worker that is
 * late or silent is killed, so that a hang becomes a death; death has one path (setback.h).
 */
#ifndef SUPERVISOR_ROSTER_H
#define SUPERVISOR_ROSTER_H

#include <stdbool.h>
#include <stdint.h>

#include <zmq.h>

#include "conf/conf.h"
#include "supervisor/worker.h"

struct roster;

/* epoch heads the generations. listener: front's socket; -1: none, a seat is bound instead (run/seat.*). */
struct roster *roster_new(const struct conf *conf, uint64_t epoch, int listener, int64_t now_ms);

/* Kills all that is left and frees. */
void roster_free(struct roster **roster);

/* New parameters: counts are followed; the workers of kinds in readers (bits as conf_each_change has them)
 * are relieved one by one; kinds parked for their configuration are tried again. */
void roster_reload(struct roster *roster, const struct conf *conf, unsigned readers);

/* Tells all workers to finish and go; none is started any more. */
void roster_retire_all(struct roster *roster);
bool roster_empty(const struct roster *roster);

/* Starts what is missing and may start, kills what is late. Returns when it wants to be called again
 * (monotonic), -1: only when something happens. */
int64_t roster_turn(struct roster *roster, int64_t now_ms);

/* Takes a dead worker off: reaps, throttles, frees. Its leases must have been taken. */
void roster_bury(struct roster *roster, struct worker *worker, int64_t now_ms);

/* Takes over a worker that outlived our predecessor; it is told to say what it holds, to finish that and to
 * go. NULL: it is gone. */
struct worker *roster_adopt(struct roster *roster, enum stage_kind kind, unsigned slot, uint64_t generation,
                            const char *name, pid_t pid, int64_t now_ms);

/* A lease was settled: the kind is proven. */
void roster_proven(struct roster *roster, struct worker *worker);

/* The workers, as a list. */
struct worker *roster_first(const struct roster *roster);

/* A ready worker of the kind; NULL: none. */
struct worker *roster_ready(const struct roster *roster, enum stage_kind kind);

/* How many of a kind are ready, how many are wanted, and whether its configuration was refused. */
unsigned roster_ready_count(const struct roster *roster, enum stage_kind kind);
unsigned roster_wanted(const struct roster *roster, enum stage_kind kind);
bool roster_parked(const struct roster *roster, enum stage_kind kind);

#endif

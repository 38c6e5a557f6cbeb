/* stall - does a lane stand still though it could go on? pure
 *
 * Nothing should ever be stalled: every hang has its own deadline.  This is for the fault nobody thought of.
 * Facts in, verdict out: first the lane's workers are killed, whose death gives the leases back; if that
 * brings no progress either, the supervisor itself is in doubt and starts afresh.
 */
#ifndef SUPERVISOR_STALL_H
#define SUPERVISOR_STALL_H

#include <stdbool.h>
#include <stdint.h>

struct stall_facts {
    uint64_t progress; /* leases issued and settled so far */
    bool due, credit;  /* work that may go out now; a worker that may be given some */
    bool held;         /* leases are out */
    int64_t latest_ms; /* the last of their deadlines */
    int64_t now_ms;
};

struct stall {
    uint64_t progress;
    int64_t since_ms; /* since when the lane stands still; 0: it does not */
    unsigned strikes; /* how often it was found standing still without progress since */
};

enum stall_verdict { STALL_FINE, STALL_KILL, STALL_AFRESH };

/* Judges a lane by its facts, and notes in *stall since when it stands still. max_ms: how long it may. */
enum stall_verdict stall_judge(struct stall *stall, const struct stall_facts *facts, int64_t max_ms);

/* When the next verdict other than FINE comes if nothing moves (monotonic); TIMER_NONE: none does. */
int64_t stall_next(const struct stall *stall, int64_t max_ms);

#endif

/* wedge - does a lane stand still though it could go on? pure
 *
 * Nothing should ever be wedged: every hang has its own deadline.  This is for the fault nobody thought of.
 * Facts in, verdict out: first the lane's workers are killed, whose death gives the leases back; if that
 * brings no progress either, the supervisor itself is in doubt and starts afresh.
 */
#ifndef SUPERVISOR_WEDGE_H
#define SUPERVISOR_WEDGE_H

#include <stdbool.h>
#include <stdint.h>

struct wedge_facts {
    uint64_t progress; /* leases issued and settled so far */
    bool due, credit;  /* work that may go out now; a worker that may be given some */
    bool held;         /* leases are out */
    int64_t latest_ms; /* the last of their deadlines */
    int64_t now_ms;
};

struct wedge {
    uint64_t progress;
    int64_t since_ms; /* it stands still; 0: it does not */
    unsigned strikes; /* times its workers were killed without progress since */
};

enum wedge_verdict { WEDGE_FINE, WEDGE_KILL, WEDGE_AFRESH };

/* most_ms: so long it may stand still. */
enum wedge_verdict wedge_judge(struct wedge *wedge, const struct wedge_facts *facts, int64_t most_ms);

/* When it would strike if nothing moves; -1: it would not. */
int64_t wedge_next(const struct wedge *wedge, int64_t most_ms);

#endif

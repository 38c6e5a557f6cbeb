/* kept - the leases a stage holds, and what it said to those it has settled, until that is on disk
 *
 * For a stage whose answers are paid for.  The supervisor acknowledges a result once it has committed it;
 * until then the result lives here too, so that the next supervisor can be told again.
 */
#ifndef STAGES_LIB_KEPT_H
#define STAGES_LIB_KEPT_H

#include <stddef.h>
#include <stdint.h>

#include "proto/wire.h"

struct kept;

struct kept *kept_new(void);
void kept_free(struct kept **kept);

/* A lease has come. */
void kept_take(struct kept *kept, uint64_t lease);

/* Its result: a copy is kept (frames are shared); result stays the caller's. */
void kept_settle(struct kept *kept, struct wire *result);

/* ACK came. Unknown leases are stale gossip. */
void kept_drop(struct kept *kept, uint64_t lease);

/* Calls on() for each lease with a copy of its result (on() clears it), or NULL while it is under way. */
void kept_each(struct kept *kept, void (*on)(void *arg, uint64_t lease, struct wire *result), void *arg);

/* Leases not yet forgotten, settled or not. */
size_t kept_count(const struct kept *kept);

#endif

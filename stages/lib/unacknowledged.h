/* unacknowledged - the leases a stage holds, and what it said to those it has settled, until that is on disk
 *
 * For a stage whose answers are paid for. The supervisor acknowledges a result once it has committed it;
 * until then the stage keeps a copy here, and sends it to the next supervisor if this one dies.
 */
#ifndef STAGES_LIB_UNACKNOWLEDGED_H
#define STAGES_LIB_UNACKNOWLEDGED_H

#include <stddef.h>
#include <stdint.h>

#include "proto/wire.h"

struct unacknowledged;

struct unacknowledged *unacknowledged_new(void);
void unacknowledged_free(struct unacknowledged **kept);

/* A lease has come. */
void unacknowledged_take(struct unacknowledged *kept, uint64_t lease);

/* Its result: a copy is kept (frames are shared); result stays the caller's. */
void unacknowledged_settle(struct unacknowledged *kept, struct wire *result);

/* The supervisor has acknowledged the lease: it is forgotten. An unknown one is ignored. */
void unacknowledged_drop(struct unacknowledged *kept, uint64_t lease);

/* Calls on() for each lease with a copy of its result (on() clears it), or NULL while it is under way. */
void unacknowledged_each(struct unacknowledged *kept,
                         void (*on)(void *arg, uint64_t lease, struct wire *result), void *arg);

/* Leases not yet forgotten, settled or not. */
size_t unacknowledged_count(const struct unacknowledged *kept);

#endif

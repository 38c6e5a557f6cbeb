/* kept - answers sent to the supervisor and not yet acknowledged
 *
 * An answer is paid for.  Until the supervisor has it on disk (ACK), it lives here too.
 */
#ifndef STAGES_VISION_KEPT_H
#define STAGES_VISION_KEPT_H

#include <stdint.h>

#include <jansson.h>

#include "stages/lib/stage.h"

struct kept;

struct kept *kept_new(void);
void kept_free(struct kept **kept);

/* Sends EXPLAINED for the lease with the answer as frame 0, and keeps it. header: its strings are static. */
void kept_settle(struct kept *kept, struct stage *stage, const struct wire_explained *header,
                 const json_t *answer);

/* ACK came. Unknown leases are stale gossip. */
void kept_drop(struct kept *kept, uint64_t lease);

/* How many are kept, and their bytes. */
void kept_count(const struct kept *kept, uint64_t *answers, uint64_t *bytes);

#endif

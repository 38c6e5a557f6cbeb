/* rate_recall - what a rate control has learned, as it is remembered, and back; pure */
#ifndef SUPERVISOR_RATE_RECALL_H
#define SUPERVISOR_RATE_RECALL_H

#include "supervisor/money/rate_control.h"
#include "supervisor/money/rate_memory.h"

void rate_recall_note(const struct rate_control *rate_control, struct rate_memory *memory);

/* Begins with that. The rate control is as rate_control_open left it. rested_ms: since the endpoint was last
 * asked; what it takes in a burst comes back meanwhile. */
void rate_recall_apply(struct rate_control *rate_control, const struct rate_memory *memory,
                       int64_t rested_ms);

#endif

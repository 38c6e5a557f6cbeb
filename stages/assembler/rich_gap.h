/* rich_gap - a text with gaps as a question: what is to be remembered is taken out of it */
#ifndef STAGES_ASSEMBLER_RICH_GAP_H
#define STAGES_ASSEMBLER_RICH_GAP_H

#include "stages/assembler/rich.h"

/* The same with "[…]", or its hint, in place of each gap. Lives in the pool. */
const struct rich *rich_gaps_empty(struct pool *pool, const struct rich *rich);

#endif

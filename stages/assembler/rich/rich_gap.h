/* rich_gap - the gaps of a text: is there any, and the text as a question, without what is to be remembered
 */
#ifndef STAGES_ASSEMBLER_RICH_RICH_GAP_H
#define STAGES_ASSEMBLER_RICH_RICH_GAP_H

#include <stdbool.h>

#include "stages/assembler/rich/rich.h"

/* Is there a gap with something in it? What shows nothing (\(\)) is no gap any more. */
bool rich_has_gap(const struct rich *rich);

/* A copy with "[…]", or the hint in brackets, in place of each gap. It lives in the pool and borrows what
 * stays. */
const struct rich *rich_gaps_empty(struct pool *pool, const struct rich *rich);

#endif

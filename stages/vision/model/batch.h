/* batch - the economy lane: slides handed in as batches of the provider's, and fetched when they are done
 *
 * POST {base}/files and {base}/batches, https://platform.openai.com/docs/guides/batch.  Half the price, and
 * an answer within a day.  Only the first endpoint is asked, and only in what it takes without learning.
 *
 * BATCH: is a batch with this mark there already (handed in by one who died before he could say so)? Else its
 * file goes up, and the batch is made.  POLL: how is it; once it has ended, all its answers.  A POLL that is
 * late cancels first; what was answered until then counts.
 *
 * Promise: each lease is answered once, by BATCHED, POLLED or FAILED.  Nothing is asked twice here: a lease
 * that failed is safe to be given again.  Memory: the file, a third larger than its pictures, while it goes
 * up.
 */
#ifndef STAGES_VISION_MODEL_BATCH_H
#define STAGES_VISION_MODEL_BATCH_H

#include "stages/vision/model/ask.h"

struct batches;

/* all is borrowed. */
struct batches *batches_new(const struct asking *all);
void batches_free(struct batches **batches);

/* Takes the lease (BATCH or POLL) over. */
void batches_take(struct batches *batches, struct stage *stage, struct wire *lease);

/* An unknown lease is stale gossip. */
void batches_cancel(struct batches *batches, uint64_t lease);

/* Frees those that are over; once a turn. */
void batches_sweep(struct batches *batches);

#endif

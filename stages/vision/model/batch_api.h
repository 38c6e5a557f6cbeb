/* batch_api - the economy lane: slides handed in as batches of the provider's, and fetched when they are done
 *
 * POST {base}/files and {base}/batches, https://platform.openai.com/docs/guides/batch.  Half the price, and
 * an answer within a day.  Only the first endpoint is asked, and only in what it takes without learning.
 *
 * BATCH: if the provider has a batch with this mark already (a worker handed it in and died before it could
 * report it), its name is reported; else the file of requests goes up, and the batch is made.  POLL: asks for
 * the batch's state; once it has ended, fetches all its answers.  A POLL that is late cancels the batch
 * first; what was answered until then counts.
 *
 * Promise: each lease is answered once, by BATCHED, POLLED or FAILED.  Nothing is asked twice here: a lease
 * that failed is safe to be given again.  Memory: the file, a third larger than its pictures, while it goes
 * up.
 */
#ifndef STAGES_VISION_MODEL_BATCH_API_H
#define STAGES_VISION_MODEL_BATCH_API_H

#include "stages/lib/stage.h"
#include "stages/vision/model/model_client.h"

struct batch_api;

/* client is borrowed. */
struct batch_api *batch_api_new(const struct model_client *client);
void batch_api_free(struct batch_api **api);

/* Takes the lease (BATCH or POLL) over and begins with it. */
void batch_api_take(struct batch_api *api, struct stage *stage, struct wire *lease);

/* Ends the lease with FAILED. A number that is not known is ignored: it is out of date. */
void batch_api_cancel(struct batch_api *api, uint64_t lease);

/* Frees the leases that have been answered; once a turn. */
void batch_api_sweep(struct batch_api *api);

#endif

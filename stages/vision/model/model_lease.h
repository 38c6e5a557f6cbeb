/* model_lease - one lease's life with the model: from its first call to the answer or the code
 *
 * A lease is the permit for its first call; for every further one it asks the supervisor (CALL) and waits for
 * GO or DENIED.  The supervisor governs pace and money; here is decided what an answer is worth
 * (response_classify.c, retry_policy.c), and when to ask again.  Every call that ends is reported (CALLED)
 * before the lease is answered.
 *
 * Promise: the lease is answered exactly once, by its subject's settle or by FAILED; then it is over,
 * and its owner frees it.  Memory: it holds its lease's frames; the body of a call under way shares the
 * picture with them and holds the text around it.
 */
#ifndef STAGES_VISION_MODEL_MODEL_LEASE_H
#define STAGES_VISION_MODEL_MODEL_LEASE_H

#include <stdbool.h>
#include <stdint.h>

#include "stages/lib/stage.h"
#include "stages/vision/model/model_client.h"

struct model_lease;

/* Takes the lease (EXPLAIN or OVERVIEW) over and makes its first call. client and stage are borrowed. */
struct model_lease *model_lease_new(struct model_client *client, struct stage *stage, struct wire *wire);

/* Frees it; calls under way are cancelled and not reported. */
void model_lease_free(struct model_lease **lease);

/* The supervisor's number of the lease. */
uint64_t model_lease_number(const struct model_lease *lease);

/* Has the lease been answered? */
bool model_lease_is_over(const struct model_lease *lease);

/* The supervisor's answers to CALL. One that does not fit the call asked for is ignored: it is out of date.
 */
void model_lease_on_go(struct model_lease *lease, const struct wire_go *go);
void model_lease_on_denied(struct model_lease *lease, const struct wire_denied *denied);

/* Cancels its calls and answers with FAILED. */
void model_lease_cancel(struct model_lease *lease);

/* There is a new supervisor: sends it the CALL that the old one has not answered. */
void model_lease_on_adopted(struct model_lease *lease);

/* Does what is due. Returns ms until it must be called again, -1: when something comes in. */
int64_t model_lease_turn(struct model_lease *lease, int64_t now_ms);

/* No call will get through: answers the lease, unless a call of it is under way, which will find out itself.
 */
void model_lease_give_up(struct model_lease *lease, enum code code, const char *fact);

#endif

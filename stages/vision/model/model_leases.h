/* model_leases - the leases of a process that asks a model, and which of them need a turn
 *
 * Thousands of calls may be under way.  A lease whose call is waits for the network alone: no turn is spent
 * on it before the response wakes it.
 */
#ifndef STAGES_VISION_MODEL_MODEL_LEASES_H
#define STAGES_VISION_MODEL_MODEL_LEASES_H

#include <stdint.h>

#include "stages/vision/model/model_client.h"
#include "stages/vision/model/model_lease.h"

/* client must have been zeroed; the list is freed with model_leases_free(). */
void model_leases_open(struct model_client *client);

/* Frees all; calls under way are cancelled and not reported. */
void model_leases_free(struct model_client *client);

/* Takes the lease (EXPLAIN or OVERVIEW) over, as the last of all, and makes its first call. */
void model_leases_add(struct model_client *client, struct stage *stage, struct wire *wire);

/* The lease of that number that has not been answered; NULL: there is none. */
struct model_lease *model_leases_find(const struct model_client *client, uint64_t number);

/* There is a new supervisor: see model_lease.h. */
void model_leases_on_adopted(struct model_client *client);

/* Does what is due, and frees the leases that have been answered. Returns ms until it must be called again,
 * -1: when something comes in. */
int64_t model_leases_turn(struct model_client *client, int64_t now_ms);

#endif

/* ask - what front asks: of a job, of all, of the service
 *
 * What tells no more than how the service is (health, figures, front's probe) leaves at the end of the turn,
 * all else when the turn's commit is durable.
 */
#ifndef SUPERVISOR_ASK_H
#define SUPERVISOR_ASK_H

#include "supervisor/api/vitals.h"
#include "supervisor/store/vault.h"

/* What it was given at birth (main.c). */
struct ask {
    const struct service *service;
    struct ledger *ledger;
    struct vault *vault; /* seals cursors */
    struct outbox *outbox;
    struct vitals vitals;
};

/* Answers ASK; the caller clears the message. */
void ask_answer(struct ask *ask, struct worker *front, const struct wire_ask *asked);

/* NAMED: a client's key has been given a tenant's name. Jobs that came with the key become that tenant's. */
void ask_named(struct ask *ask, const struct wire_named *named);

#endif
